"""Settings from the environment."""

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, PostgresDsn, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Mail(BaseModel):
    """How mail is sent."""

    host: str = "localhost"
    port: int = 25
    password: SecretStr | None = None
    verify: bool = True


class Settings(BaseSettings):
    """Everything that can be set."""

    model_config = SettingsConfigDict(env_prefix="APP_", env_nested_delimiter="__", env_file=".env")

    environment: Literal["development", "production"] = "production"
    database_url: PostgresDsn
    secret_key: SecretStr
    token_url: str = "https://auth.example.org/oauth/token"
    mail: Mail = Mail()
    root: Path = Path("/var/lib/app")
    allowed: Annotated[list[str], Field(default_factory=list)]

    @model_validator(mode="after")
    def complete(self) -> Self:
        """In production mail needs a password."""
        if self.environment == "production" and self.mail.password is None:
            raise ValueError("APP_MAIL__PASSWORD is missing")
        return self


@lru_cache
def settings() -> Settings:
    """The settings, read once."""
    return Settings()
