"""How a child server is reached: a command to start, or a URL. What is secret in it is masked here."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

_LAUNCHER = Path(__file__).with_name("launcher.py")
_MASK = "***"
_SECRET_LOOK = re.compile(
    r"\b(sk-[A-Za-z0-9_-]{8,}|ctx7sk-[A-Za-z0-9-]{8,}|gh[pousr]_[A-Za-z0-9]{16,})|(?<=Bearer )\S+"
    r"|(?<=://)[^\s/@\"'`?#]+(?=@)"  # who logs in at an address
)
_SECRET_NAME = re.compile(r"KEY|TOKEN|SECRET|PASS|PWD|AUTH|CREDENTIAL|^PAT$|_PAT$", re.IGNORECASE)
_NAMED_SECRET = re.compile(
    r"([?&][\w.-]*(?:key|token|secret|password|auth|sig)[\w.-]*=|--(?:[\w-]+-)?(?:api-?key|token|secret|password)[= ])"
    r"[^\s&#\"']+",
    re.IGNORECASE,
)
"""A value in a URL's query, or an option of a command, whose name says that it is secret."""
_BEFORE_HOST = re.compile(r"^(\w[\w+.-]*://)?[^/]*@")
_NOT_IN_URL = re.compile(r"[\s\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_SHORTEST_SECRET = 6
_SHORTEST_KEY_IN_PATH = 12

PASSED_ON = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy")
"""What a child that goes to the network needs beyond the SDK's own short list (HOME, PATH, ...)."""


class LaunchError(Exception):
    """A child that cannot be started; `remedy` is the line that fixes it.

    `retry_s`: look again after so many seconds, where something is under way; else the supervisor backs off.
    """

    def __init__(self, why: str, remedy: str, retry_s: float | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.remedy = remedy
        self.retry_s = retry_s


@dataclass(frozen=True)
class StdioLaunch:
    """A child started as a subprocess that speaks MCP on its stdin and stdout."""

    command: str
    args: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    cwd: str | None = None
    remedy: str = ""
    """What to do when it does not start."""
    kind: str = "stdio"
    """How it is run, for people: `stdio`, `docker`, `npx`."""
    connect_timeout_s: float = 30.0
    """For a start up to the tool list; a silent child takes 14 s to fail by itself."""
    unanswered: str = ""
    """What it means when the child does not answer, instead of "it did not answer"."""
    hopeless: str | None = None
    """A pattern: a child that writes such a line to stderr will never answer."""
    clean_up: Callable[[bool], Awaitable[None]] | None = field(default=None, repr=False, compare=False)
    """What is to be done after each end of the child; it is told whether the child had been ready, or was stopped."""

    def is_hopeless(self, line: str) -> bool:
        """True when the child says in this line of stderr that it will never answer."""
        return self.hopeless is not None and re.search(self.hopeless, line, re.IGNORECASE) is not None

    @property
    def shown(self) -> str:
        """The command line for people; environment values are never in it."""
        return " ".join((self.command, *self.args))

    def guard(self) -> tuple[str, list[str]]:
        """The command and arguments that also end the child when we are killed."""
        if sys.platform == "win32":
            return self.command, list(self.args)
        return sys.executable, ["-I", "-S", str(_LAUNCHER), str(os.getpid()), self.command, *self.args]


@dataclass(frozen=True)
class HttpLaunch:
    """A server that runs elsewhere and speaks streamable HTTP."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    remedy: str = ""
    kind: str = "remote"
    connect_timeout_s: float = 30.0
    unanswered: str = ""

    @property
    def shown(self) -> str:
        """The URL for people."""
        return show_url(self.url)


def find_own_program(script: str, package: str) -> tuple[str, ...]:
    """What this Python is given to run one of our servers: the script of a clone, or the installed package.

    `-P` keeps the folder in which we were started out of the imports: a project may hold anything under our names.
    """
    in_a_clone = Path(__file__).parents[2] / script
    return (str(in_a_clone),) if in_a_clone.is_file() else ("-P", "-m", package)


Launch = StdioLaunch | HttpLaunch
Launcher = Callable[[], Awaitable[Launch]]
"""Decides anew at each start how the child is reached. Raises `LaunchError` when it cannot be."""


class Mask:
    """Replaces secrets in text that people or models will see."""

    def __init__(self, secrets: Iterable[str | None] = ()) -> None:
        # A key of several lines is written line by line.
        parts = {part for s in secrets if s for part in (s, *s.splitlines())}
        known = sorted((part for part in parts if len(part) >= _SHORTEST_SECRET), key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    def __call__(self, text: str) -> str:
        """Return `text` with every known secret, and what looks like one, replaced."""
        text = self.hide_known(text)
        text = _NAMED_SECRET.sub(rf"\1{_MASK}", text)
        return _SECRET_LOOK.sub(_MASK, text)

    def hide_known(self, text: str) -> str:
        """Return `text` with every known secret replaced; what only looks like one may be an example in a text."""
        return text if self._known is None else self._known.sub(_MASK, text)


def show_url(url: str) -> str:
    """A URL for people: without user, password, query and fragment, any of which may hold a key."""
    return _BEFORE_HOST.sub(r"\1", re.split(r"[?#]", url, maxsplit=1)[0])


def is_secret_name(name: str) -> bool:
    """Whether a variable, header, option or parameter called so holds something that is not to be shown."""
    return name not in ("PWD", "OLDPWD") and _SECRET_NAME.search(name) is not None


def find_url_secrets(url: str) -> Iterator[str]:
    """What looks like a key in an address: some have it in the query, some in the path, some before the host."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return
    login = parts.netloc.rpartition("@")[0]
    for part in (login, *login.split(":", 1)):
        yield from {part, unquote(part)}
    yield from (value for name, value in parse_qsl(parts.query) if is_secret_name(name) or _looks_random(value))
    yield from filter(_looks_random, parts.path.split("/"))


def _looks_random(text: str) -> bool:
    is_word = text.islower() and not any(char.isdigit() for char in text)
    return len(text) >= _SHORTEST_KEY_IN_PATH and not is_word


def check_address(value: str, example: str = "https://host/mcp") -> str:
    """The URL, when a request can be sent to it; `example` is one that could be, for the error.

    Raises:
        ValueError: it cannot; the text says what it takes.
    """
    value = value.strip()
    try:
        parts = urlsplit(value)
        is_good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_good = False
    if not is_good or _NOT_IN_URL.search(value):
        raise ValueError(f"it takes a whole address such as {example}")
    return value


def pass_environment(environ: Mapping[str, str], *names: str) -> dict[str, str]:
    """The named variables that are set and not empty."""
    return {name: environ[name] for name in names if environ.get(name)}
