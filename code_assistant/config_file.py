"""The file that CODE_ASSISTANT_CONFIG names: more internal servers, in the hosts' own `mcpServers` format.

`${VAR}` and `${VAR:-default}` are filled in from the environment, as Claude Code does, and `${env:VAR}` as Cursor
does; `envFile` is read. What only a host uses (`autoApprove`, `description`, ...) is passed over. The one rule: what is
wrong is told in one line that names the file, the server, the field and what it takes, and that shows no value.
"""

from __future__ import annotations

import difflib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

from pydantic import ValidationError

from code_assistant.children.spec import ServerSpec
from groundwork.reading.regular_file import NotReadableError, read_regular

RESERVED_NAMES = ("standards", "context7")
_MAX_BYTES = 1_000_000
_SHOWN_CHARS = 60
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
_VARIABLE = re.compile(r"\$\{(?:env:)?([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}|\$\{[\w:]{0,40}")
_NOT_TEXT = re.compile("[\0\ud800-\udfff]")

_FIELDS = frozenset(ServerSpec.model_fields) - {"name", "filled_in", "unread"}
_OTHER_NAMES = {
    "serverUrl": "url",
    "httpUrl": "url",
    "includeTools": "tools",
    "disabledTools": "disabled_tools",
    "excludeTools": "disabled_tools",
}
"""As Windsurf, Gemini CLI, Cline and others write it."""
_ENV_FILE = "envFile"
_UNREAD = {
    "timeout": "`timeout` is not read, for it means seconds in one host and milliseconds in another; use `timeout_s`"
}
_HOSTS_OWN = frozenset({"enabled", _ENV_FILE, *_UNREAD})
"""Fields of hosts that look like ours misspelt."""
_NEAR = 0.75


class ConfigFileError(ValueError):
    """A config file that cannot be used; the text names the file, the place in it and the remedy."""


class _Object(dict[str, object]):
    """An object of the file that remembers a name which stands in it twice."""

    def __init__(self, pairs: list[tuple[str, object]]) -> None:
        super().__init__(pairs)
        names = Counter(name for name, _ in pairs) if len(self) < len(pairs) else Counter[str]()
        self.repeated = next((name for name, times in names.items() if times > 1), None)


def read_config_file(path: Path, environ: Mapping[str, str]) -> tuple[ServerSpec, ...]:
    """Read the enabled servers of a config file.

    Raises:
        ConfigFileError: it is missing, not JSON, or a server in it is wrong.
    """
    shown = _shown(str(path), len(str(path)))
    document = _load(path, shown)
    servers = document.get("mcpServers") if isinstance(document, dict) else None
    if not isinstance(servers, dict):
        is_from_vs_code = isinstance(document, dict) and "servers" in document
        hint = "; rename `servers`, as VS Code has it" if is_from_vs_code else ""
        raise ConfigFileError(f"{shown}: needs a key `mcpServers` with an object of servers{hint}")
    _refuse_repeated(servers, f"{shown}: mcpServers")
    try:
        specs = [_spec(name, entry, environ, shown, path.expanduser().parent) for name, entry in servers.items()]
    except RecursionError as error:
        raise _too_deep(shown) from error
    return tuple(spec for spec in specs if spec is not None and not spec.disabled)


def _load(path: Path, shown: str) -> object:
    try:
        return json.loads(_read_text(path, shown), object_pairs_hook=_Object)
    except json.JSONDecodeError as error:
        raise ConfigFileError(f"{shown}:{error.lineno}:{error.colno}: not JSON: {error.msg}") from error
    except RecursionError as error:
        raise _too_deep(shown) from error
    except ConfigFileError:
        raise
    except ValueError as error:
        raise ConfigFileError(f"{shown}: a number in it is too long; a time-out takes up to 600") from error


def _read_text(path: Path, where: str, folder: Path = Path()) -> str:
    """The text of a file that the user names; `where` begins what is said of one that cannot be read."""
    try:
        return read_regular(folder / path.expanduser(), _MAX_BYTES).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigFileError(f"{where}: not UTF-8 text at byte {error.start}; save it as UTF-8") from error
    except NotReadableError as error:
        raise ConfigFileError(f"{where}: {error}") from error
    except OSError as error:
        raise ConfigFileError(f"{where}: cannot be read: {error.strerror or error}") from error
    except (RuntimeError, ValueError) as error:  # `~somebody` who is not known here, or no path of any system
        raise ConfigFileError(f"{where}: cannot be read: {error}") from error


def _too_deep(shown: str) -> ConfigFileError:
    return ConfigFileError(f"{shown}: nested too deeply; a server takes texts, lists of texts and `env` and `headers`")


def _spec(name: str, entry: object, environ: Mapping[str, str], shown: str, folder: Path) -> ServerSpec | None:
    """One server; None for one that is switched off, of which nothing else is looked at."""
    where = f"{shown}: mcpServers.{_shown(name)}"
    if not isinstance(entry, dict):
        raise ConfigFileError(f"{where}: must be an object with `command` or `url`")
    if _is(entry.get("disabled"), True) or _is(entry.get("enabled"), False):
        return None
    if name in RESERVED_NAMES:
        raise ConfigFileError(f"{where}: this name is taken by a built-in server; choose another")
    if not _NAME.fullmatch(name):
        raise ConfigFileError(f"{where}: a name takes 1 to 40 letters, digits, `-` and `_`, a letter or digit first")
    _refuse_repeated(entry, where)
    filling = _Filling(environ)
    given = {key: filling.fill(value, f"{where}.{key}") for key, value in _fields(entry, where) if value is not None}
    if entry.get(_ENV_FILE) is not None:
        place = f"{where}.{_ENV_FILE}"
        from_file = _variables(filling.fill(entry[_ENV_FILE], place), folder, place)
        filling.used.extend(value for name, value in from_file.items() if _is_secret(name, value))
        own = given.get("env", {})
        given["env"] = {**from_file, **own} if isinstance(own, dict) else own
    unread = tuple(_UNREAD[key] for key in entry if key in _UNREAD and "timeout_s" not in entry)
    try:
        return ServerSpec.model_validate(
            {**given, "name": name, "filled_in": tuple(filter(None, filling.used)), "unread": unread}
        )
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = "".join(f"[{part}]" if isinstance(part, int) else f".{_shown(part)}" for part in first["loc"])
        said = first["msg"].removeprefix("Value error, ").replace("a valid tuple", "a list")
        raise ConfigFileError(f"{where}{place}: {said}") from error


def _fields(entry: dict[str, object], where: str) -> Iterable[tuple[str, object]]:
    """What we read of a server's object, by our names; a field that looks like a misspelt one of ours is refused."""
    for key, value in entry.items():
        if key in _FIELDS:
            yield key, value
        elif key in _OTHER_NAMES and _OTHER_NAMES[key] not in entry:
            yield _OTHER_NAMES[key], value
        elif key not in _HOSTS_OWN and (near := difflib.get_close_matches(key, sorted(_FIELDS), 1, _NEAR)):
            raise ConfigFileError(f"{where}.{_shown(key)}: unknown field; did you mean `{near[0]}`?")


def _variables(given: object, folder: Path, where: str) -> dict[str, str]:
    """What a file of `NAME=value` lines holds; relative to the folder of the config file."""
    if not isinstance(given, str) or not given.strip():
        raise ConfigFileError(f"{where}: it takes the path of a file with NAME=value lines")
    from dotenv import dotenv_values  # late: few have one

    found = dotenv_values(stream=StringIO(_read_text(Path(given), where, folder)), interpolate=False)
    return {name: value for name, value in found.items() if value is not None}


@dataclass(frozen=True)
class _Filling:
    """Puts variables into texts, and remembers their values."""

    environ: Mapping[str, str]
    used: list[str] = field(default_factory=list)

    def fill(self, value: object, where: str) -> object:
        if isinstance(value, str):
            _refuse_odd(value, where)
            return _VARIABLE.sub(lambda match: self._variable(match, where), value)
        if isinstance(value, list):
            return [self.fill(part, f"{where}[{index}]") for index, part in enumerate(value)]
        if isinstance(value, dict):
            _refuse_repeated(value, where)
            for key in value:
                _refuse_odd(key, f"{where}.{_shown(key)}")
            return {key: self.fill(part, f"{where}.{_shown(key)}") for key, part in value.items()}
        return value

    def _variable(self, match: re.Match[str], where: str) -> str:
        name, default = match[1], match[2]
        if name is None:
            shown = _shown(match[0])
            raise ConfigFileError(
                f"{where}: `{shown}` begins no variable; it takes ${{VAR}}, ${{VAR:-default}} or ${{env:VAR}}"
            )
        value = self.environ.get(name)
        if value is None and default is None:
            raise ConfigFileError(f"{where}: {name} is not set; set it, or write ${{{name}:-default}}")
        if value and _is_secret(name, value):
            self.used.append(value)
        return value or default or ""


def _is_secret(name: str, value: str) -> bool:
    """Whatever comes from a variable may be; a folder such as HOME is not, and hiding it would hide what is said."""
    try:
        return name not in ("HOME", "USER", "USERNAME") and not (Path(value).is_absolute() and Path(value).exists())
    except OSError:
        return True


def _refuse_repeated(value: dict[str, object], where: str) -> None:
    repeated = value.repeated if isinstance(value, _Object) else None
    if repeated is not None:
        raise ConfigFileError(f"{where}.{_shown(repeated)}: stands there twice; keep one")


def _refuse_odd(text: str, where: str) -> None:
    found = _NOT_TEXT.search(text)
    if found is not None:
        raise ConfigFileError(f"{where}: holds the character U+{ord(found[0]):04X}; it takes plain text")


def _is(value: object, wanted: bool) -> bool:
    return value is wanted or (isinstance(value, str) and value.strip().lower() == str(wanted).lower())


def _shown(text: object, max_chars: int = _SHOWN_CHARS) -> str:
    """A name for people: on one line, and not too long."""
    name = str(text)
    name = name if len(name) <= max_chars else f"{name[:max_chars]}..."
    return name if name.isprintable() else ascii(name)
