"""One server of the config file, checked before anything is started with it.

Its one rule: a value that would only fail later, in a child that never comes up, is refused here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from code_assistant.children.launch import check_address, find_url_secrets, is_secret_name

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def _kind(value: object) -> object:
    """The transport as hosts spell it: `streamableHttp`, `streamable_http`, ..."""
    if not isinstance(value, str):
        return value
    plain = re.sub("[-_ ]", "", value).lower()
    if plain in ("http", "streamablehttp"):
        return "http"
    if plain != "stdio":
        raise ValueError("it takes `stdio` or `http` (streamable HTTP); older transports are not spoken")
    return "stdio"


def _command(value: str) -> str:
    if not value.strip():
        raise ValueError("is empty; it takes a program to start")
    return value


def _environment(value: dict[str, str]) -> dict[str, str]:
    if any(not name or "=" in name for name in value):
        raise ValueError("the name of a variable is empty or has `=` in it; it takes names such as API_KEY")
    return value


def _headers(value: dict[str, str]) -> dict[str, str]:
    for name, text in value.items():
        if not _HEADER_NAME.fullmatch(name):
            raise ValueError("the name of a header takes letters, digits and `-`, such as X-Api-Key")
        if not text.strip().isascii() or not text.strip().replace("\t", " ").isprintable():
            raise ValueError(f"the value of {name[:60]} takes one line of ASCII characters")
    return {name: text.strip() for name, text in value.items()}


def _tools(value: object) -> object:
    """`["*"]`, which some hosts demand, is no list of names."""
    return None if value == ["*"] else value


class ServerSpec(BaseModel):
    """One server of the file: `command` for stdio, or `url` for streamable HTTP."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    type: Annotated[Literal["stdio", "http"], BeforeValidator(_kind)] | None = None
    command: Annotated[str, AfterValidator(_command)] | None = None
    args: tuple[str, ...] = ()
    env: Annotated[dict[str, str], AfterValidator(_environment)] = Field(default_factory=dict, repr=False)
    cwd: Annotated[str | None, BeforeValidator(lambda value: value or None)] = None
    url: Annotated[str, AfterValidator(lambda value: check_address(value))] | None = None
    headers: Annotated[dict[str, str], AfterValidator(_headers)] = Field(default_factory=dict, repr=False)
    tools: Annotated[tuple[str, ...] | None, BeforeValidator(_tools)] = None
    """The tools that the agent may use; without it, those that declare themselves read-only."""
    disabled_tools: tuple[str, ...] = ()
    """Those that it may not use, whatever `tools` says."""
    timeout_s: float = Field(default=30.0, gt=0, le=600)
    disabled: bool = False
    filled_in: tuple[str, ...] = Field(default=(), repr=False)
    """What variables stood for, anywhere in it, and what its file of variables holds: not to be shown."""
    unread: tuple[str, ...] = ()
    """A line for each field that changes nothing here although its name says that it would."""

    @model_validator(mode="after")
    def _is_one_kind(self) -> ServerSpec:
        if (self.command is None) == (self.url is None):
            raise ValueError("give either `command` (stdio) or `url` (streamable HTTP)")
        if self.type is not None and (self.type == "stdio") != (self.url is None):
            raise ValueError(f"`type` is {self.type}: give {'`command`' if self.type == 'stdio' else '`url`'} with it")
        return self

    def secrets(self) -> Iterator[str]:
        """What is not to be shown: what variables stood for, headers, and what is called a key or a password."""
        yield from self.filled_in
        for value in self.headers.values():
            yield from (value, value.rpartition(" ")[2])
        yield from (value for name, value in self.env.items() if is_secret_name(name))
        for option, following in pairwise((*self.args, "")):
            name, _, value = option.partition("=")
            if is_secret_name(name):
                yield value or (following if name.startswith("-") else "")
        yield from find_url_secrets(self.url or "")
