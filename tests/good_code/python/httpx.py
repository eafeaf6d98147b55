"""A client of a weather service."""

from __future__ import annotations

import hashlib
import hmac
import ssl
import secrets
import time
from types import TracebackType
from typing import Any, Self

import httpx
import jwt
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_exponential


class WeatherError(Exception):
    """The service gave no weather."""


class Weather:
    """Asks the service."""

    def __init__(self, url: str, key: str, *, verify: bool | ssl.SSLContext = True) -> None:
        self._key = key
        self.verify = verify
        self._client = httpx.AsyncClient(base_url=url, timeout=10, verify=verify, headers={"X-Key": key})

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    @retry(
        retry=retry_if_exception_type(httpx.TransportError),
        stop=stop_after_attempt(3),
        wait=wait_exponential(multiplier=0.1),
    )
    async def now(self, city: str) -> dict[str, Any]:
        """The weather in a city."""
        answer = await self._client.get("/now", params={"city": city})
        try:
            answer.raise_for_status()
        except httpx.HTTPStatusError as error:
            raise WeatherError(f"{city}: {error.response.status_code}") from error
        found: dict[str, Any] = answer.json()
        return found


def signed(body: bytes, key: bytes) -> str:
    """The signature of a body."""
    return hmac.new(key, body, hashlib.sha256).hexdigest()


def is_genuine(body: bytes, key: bytes, signature: str) -> bool:
    """Whether the signature is right."""
    return hmac.compare_digest(signed(body, key), signature)


def token_for(user: str, key: str) -> str:
    """A token for one hour."""
    claims = {"sub": user, "exp": int(time.time()) + 3600, "jti": secrets.token_hex(8)}
    return jwt.encode(claims, key, algorithm="HS256")


def user_of(token: str, key: str) -> str:
    """Who a token is for."""
    claims = jwt.decode(token, key, algorithms=["HS256"], options={"require": ["exp", "sub"]})
    return str(claims["sub"])


def context(authority: str | None = None) -> ssl.SSLContext:
    """A context that verifies."""
    made = ssl.create_default_context(cafile=authority)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    return made
