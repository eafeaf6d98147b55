"""Settings: the environment, read once, into one frozen value.

An unknown `CODE_ASSISTANT_*` name or a bad value is a `SettingsError`: a typing error must not pass for a default.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar, get_args
from urllib.parse import urlsplit

import platformdirs

from code_assistant.children.launch import Mask, check_address

if TYPE_CHECKING:
    from code_assistant.children.spec import ServerSpec

Api = Literal["responses", "chat"]
Context7Mode = Literal["auto", "docker", "npx", "remote", "off"]
LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]
Profile = Literal["full", "lean"]
"""How much the model is given: all and the tools, or what a small model can follow in a small context."""
Switch = Literal["on", "off"]
T = TypeVar("T")

PREFIX = "CODE_ASSISTANT_"
_OUR_NAMES = ("OPENAI_API_KEY", "OPENAI_BASE_URL", "PROJECT_DIR", "CLAUDE_PROJECT_DIR", "STANDARDS_DIR")
_UNEXPANDED = re.compile(r"\$\{[^{}]*\}")
"""As it stands in the configuration of hosts; no path, address or key of anybody's holds it."""
OFFLINE = "offline"
DEFAULT_MODEL = "gpt-5.6-luna"
"""The default of the Agents SDK 0.24, named here so that the status can show it before the SDK is loaded."""
CONTEXT7_PACKAGE = "@upstash/context7-mcp@4.1.1"
ANSWER_TOKENS: Mapping[Profile, int] = {"full": 16_384, "lean": 8_192}
"""At most in one answer. Some models of OpenAI's take no larger number; local ones write 5 to 50 tokens a second."""
REQUESTS_AT_ONCE = 64
"""To a model server elsewhere; one on this machine computes one answer after the other anyway."""
LOCAL_API_KEY = "not-needed"
"""Local model servers ask for no key, but the OpenAI client refuses to start without one."""


class SettingsError(ValueError):
    """A setting that cannot be used; the text names it, what it got and what it takes."""


@dataclass(frozen=True)
class Settings:
    """Everything that can be set. Durations are in seconds, sizes in characters."""

    api_key: str | None = field(default=None, repr=False)
    base_url: str | None = None
    model: str = OFFLINE
    """The model's name; `offline` is the built-in one that writes scaffolds."""
    api: Api = "responses"
    profile: Profile = "full"
    stream: bool = False
    tracing: bool = False
    model_timeout_s: float = 180.0
    """For one model request, from when its turn has come."""
    model_requests: int = REQUESTS_AT_ONCE
    """Sent to the model server at once; the others wait in line."""
    answer_tokens: int = ANSWER_TOKENS["full"]
    max_turns: int = 10
    standards_dir: str | None = None
    project_dir: str | None = None
    context7: Context7Mode = "auto"
    context7_package: str = CONTEXT7_PACKAGE
    """What npx runs."""
    context7_image: str = "mcp/context7"
    context7_url: str = "https://mcp.context7.com/mcp"
    """The hosted server, for `remote`."""
    context7_api_key: str | None = field(default=None, repr=False)
    context7_api_url: str | None = None
    servers: tuple[ServerSpec, ...] = ()
    """Further internal servers, from the file that CODE_ASSISTANT_CONFIG names."""
    cache_dir: Path = field(default_factory=lambda: platformdirs.user_cache_path("code-assistant", appauthor=False))
    cache_fresh_s: float = 86_400.0
    """How long documentation counts as fresh."""
    project_tools: str = "safe"
    """Which of the project's own tools judge: `off`, `safe`, `all`, or names with commas between them."""
    python: str | None = None
    """The user's interpreter or virtual environment, whose installed packages are read."""
    deadline_s: float = 50.0
    """How long one call waits before it answers `pending`; 0 waits for ever. Hosts cut calls at 60 s."""
    repair_rounds: int = 2
    max_jobs: int = 8
    max_output_chars: int = 60_000
    context_chars: int = 48_000
    """How much of standards and documentation goes to the model."""
    log_level: LogLevel = "WARNING"
    unexpanded: tuple[str, ...] = ()
    """Variables whose value is the name of another one, which the host should have filled in; they count as unset."""
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The environment it was read from: what a child needs of it is passed on by name."""

    @property
    def is_offline(self) -> bool:
        """True when the built-in offline model answers."""
        return self.model == OFFLINE

    @property
    def is_openai(self) -> bool:
        """True when OpenAI's own API is asked."""
        return _is_openai(self.base_url)

    @property
    def is_local(self) -> bool:
        """True when the model server runs on this machine."""
        return is_here(self.base_url)

    @property
    def served_by(self) -> str:
        """Where the model runs, for people; never a key."""
        if self.is_offline:
            return "built in"
        return Mask()(self.base_url) if self.base_url else "api.openai.com"


NAMES = (
    *(
        "MODEL",
        "API",
        "PROFILE",
        "STREAM",
        "TRACING",
        "MODEL_TIMEOUT_S",
        "MODEL_REQUESTS",
        "ANSWER_TOKENS",
        "MAX_TURNS",
    ),
    *("STANDARDS_DIR", "CONTEXT7", "CONTEXT7_PACKAGE", "CONTEXT7_IMAGE", "CONTEXT7_URL", "CONFIG"),
    *("CACHE_DIR", "CACHE_HOURS", "PYTHON", "PROJECT_TOOLS", "DEADLINE_S", "REPAIR_ROUNDS"),
    *("MAX_JOBS", "MAX_OUTPUT_CHARS", "CONTEXT_CHARS", "LOG_LEVEL"),
)
"""Every `CODE_ASSISTANT_*` name; `docs/settings.md` tells what each means, and a test holds it against this module."""


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Read the settings from an environment.

    Raises:
        SettingsError: a name is unknown, or a value is not what the name takes.
    """
    _refuse_unknown(environ)
    unexpanded = tuple(name for name, value in environ.items() if _is_ours(name) and _UNEXPANDED.search(value))
    environ = {name: value for name, value in environ.items() if name not in unexpanded}
    reader = _Reader(environ)
    base_url = reader.address("OPENAI_BASE_URL", "http://localhost:11434/v1")
    api_key = reader.key("OPENAI_API_KEY")
    model = _model(reader.own("MODEL"), api_key, base_url)
    has_all = _is_openai(base_url) or model == OFFLINE
    profile = reader.choice("PROFILE", get_args(Profile), "full" if has_all else "lean")
    return Settings(
        api_key=api_key,
        base_url=base_url,
        model=model,
        api=reader.choice("API", get_args(Api), "responses" if _is_openai(base_url) else "chat"),
        profile=profile,
        stream=reader.choice("STREAM", get_args(Switch), "on" if profile == "lean" else "off") == "on",
        tracing=reader.choice("TRACING", get_args(Switch), "off") == "on",
        model_timeout_s=reader.number("MODEL_TIMEOUT_S", float, 180.0, 1, 3600),
        model_requests=reader.number("MODEL_REQUESTS", int, 1 if is_here(base_url) else REQUESTS_AT_ONCE, 1, 1_000),
        answer_tokens=reader.number("ANSWER_TOKENS", int, ANSWER_TOKENS[profile], 16, 1_000_000),
        max_turns=reader.number("MAX_TURNS", int, 10, 1, 100),
        standards_dir=reader.path(f"{PREFIX}STANDARDS_DIR") or reader.path("STANDARDS_DIR"),
        project_dir=reader.path("PROJECT_DIR") or reader.path("CLAUDE_PROJECT_DIR"),
        context7=reader.choice("CONTEXT7", get_args(Context7Mode), "auto"),
        context7_package=reader.own("CONTEXT7_PACKAGE") or CONTEXT7_PACKAGE,
        context7_image=reader.own("CONTEXT7_IMAGE") or "mcp/context7",
        context7_url=reader.address(f"{PREFIX}CONTEXT7_URL") or "https://mcp.context7.com/mcp",
        context7_api_key=reader.key("CONTEXT7_API_KEY"),
        context7_api_url=reader.address("CONTEXT7_API_URL"),
        servers=_servers(reader.raw(f"{PREFIX}CONFIG"), environ),
        cache_dir=_cache_dir(reader.path(f"{PREFIX}CACHE_DIR")),
        cache_fresh_s=reader.number("CACHE_HOURS", float, 24.0, 0, 8_760) * 3_600,
        python=reader.path(f"{PREFIX}PYTHON"),
        project_tools=reader.tools("PROJECT_TOOLS"),
        deadline_s=reader.number("DEADLINE_S", float, 50.0, 0, 86_400),
        repair_rounds=reader.number("REPAIR_ROUNDS", int, 2, 0, 10),
        max_jobs=reader.number("MAX_JOBS", int, 8, 1, 64),
        max_output_chars=reader.number("MAX_OUTPUT_CHARS", int, 60_000, 4_000, 1_000_000),
        context_chars=reader.number("CONTEXT_CHARS", int, 48_000, 4_000, 1_000_000),
        log_level=reader.choice("LOG_LEVEL", get_args(LogLevel), "WARNING"),
        unexpanded=unexpanded,
        environ=environ,
    )


@dataclass(frozen=True)
class _Reader:
    environ: Mapping[str, str]

    def raw(self, name: str) -> str | None:
        """A variable; an empty one counts as unset, since hosts cannot unset."""
        return self.environ.get(name, "").strip() or None

    def own(self, name: str) -> str | None:
        """A text of ours: it is shown to people and sent to hosts."""
        value = self.raw(PREFIX + name)
        if value is not None and not value.isprintable():
            raise SettingsError(f"{PREFIX}{name}={value!a}: it takes one line of text in UTF-8")
        return value

    def key(self, name: str) -> str | None:
        """What travels in a header; never shown."""
        value = self.raw(name)
        odd = next((char for char in value or "" if not "!" <= char <= "~"), None)
        if odd is not None:
            raise SettingsError(f"{name}: it takes a key of ASCII characters; this one has U+{ord(odd):04X}")
        return value

    def address(self, name: str, example: str = "https://host/mcp") -> str | None:
        """A URL, shown without who logs in there."""
        value = self.raw(name)
        try:
            return None if value is None else check_address(value, example)
        except ValueError as error:
            raise SettingsError(f"{name}={Mask()(value or '')!a}: {error}") from error

    def path(self, name: str) -> str | None:
        """Absolute: children run elsewhere, and a relative path means our own working directory."""
        value = self.raw(name)
        try:
            return None if value is None else str(Path(value).expanduser().absolute())
        except RuntimeError as error:  # `~somebody` who is not known here
            raise SettingsError(f"{name}={value!r}: {error}; name a folder by its whole path") from error

    def tools(self, name: str) -> str:
        """One of three words, or names; which names there are the standards server knows."""
        value = (self.own(name) or "safe").lower()
        if not re.fullmatch(r"[a-z][a-z0-9 +._-]*(,[a-z0-9 +._-]*)*", value):
            raise SettingsError(f"{PREFIX}{name}={value!r}: it takes off, safe, all, or names such as eslint,tsc")
        return value

    def choice(self, name: str, options: tuple[T, ...], default: T) -> T:
        value = self.own(name)
        if value is None:
            return default
        known = {str(option).lower(): option for option in options}
        if value.lower() not in known:
            raise SettingsError(f"{PREFIX}{name}={value!r}: it takes {', '.join(map(str, known.values()))}")
        return known[value.lower()]

    def number(self, name: str, kind: Callable[[str], T], default: T, low: float, high: float) -> T:
        value = self.own(name)
        if value is None:
            return default
        try:
            number = kind(value)
            is_within = low <= float(value) <= high
        except ValueError:
            is_within = False
        if not is_within:
            what = "a whole number" if kind is int else "a number"
            raise SettingsError(f"{PREFIX}{name}={value!r}: it takes {what} from {low:.9g} to {high:.9g}")
        return number


def _is_ours(name: str) -> bool:
    return name in _OUR_NAMES or name.startswith((PREFIX, "CONTEXT7_"))


def _refuse_unknown(environ: Mapping[str, str]) -> None:
    for name in environ:
        own = name.removeprefix(PREFIX)
        if own != name and own not in NAMES:
            near = difflib.get_close_matches(own, NAMES, n=1)
            hint = f"did you mean {PREFIX}{near[0]}?" if near else f"known: {', '.join(NAMES)}"
            raise SettingsError(f"{name if name.isprintable() else ascii(name)}: unknown setting; {hint}")


def _is_openai(base_url: str | None) -> bool:
    return base_url is None or f".{urlsplit(base_url).hostname}".endswith(".api.openai.com")


def is_here(url: str | None) -> bool:
    """Whether an address is one of this machine."""
    host = urlsplit(url or "").hostname or ""
    return host in ("localhost", "::1") or host.startswith("127.")


def _model(named: str | None, api_key: str | None, base_url: str | None) -> str:
    if named is not None:
        needs_key = named.lower() != OFFLINE and not api_key and not base_url
        if needs_key:
            raise SettingsError(
                f"{PREFIX}MODEL={named!r} needs OPENAI_API_KEY, or OPENAI_BASE_URL for a local server; "
                f"or set {PREFIX}MODEL=offline"
            )
        return OFFLINE if named.lower() == OFFLINE else named
    if base_url and not api_key:
        raise SettingsError(
            f"OPENAI_BASE_URL={Mask()(base_url)!r} is set but {PREFIX}MODEL is not; name the model that this server has"
        )
    return DEFAULT_MODEL if api_key else OFFLINE


def _servers(path: str | None, environ: Mapping[str, str]) -> tuple[ServerSpec, ...]:
    if path is None:
        return ()
    from code_assistant.config_file import ConfigFileError, read_config_file  # late: few have one

    try:
        return read_config_file(Path(path), environ)
    except ConfigFileError as error:
        raise SettingsError(f"{PREFIX}CONFIG: {error}") from error


def _cache_dir(named: str | None) -> Path:
    if named is None:
        return platformdirs.user_cache_path("code-assistant", appauthor=False)
    path = Path(named)
    try:
        is_file = path.exists() and not path.is_dir()
    except OSError as error:
        raise SettingsError(f"{PREFIX}CACHE_DIR={named[:200]!r}: {error.strerror}; name a folder of yours") from error
    if is_file:
        raise SettingsError(f"{PREFIX}CACHE_DIR={named!r}: it is a file; name a folder")
    return path
