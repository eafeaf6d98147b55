"""Ty over an answer's files: a type checker that reads the user's installed packages and runs none of them.

It stays, since a process for every answer takes 25 ms of a processor, and one that is there is asked in 1 ms.
The rule: it works in a folder of its own with a configuration of ours, so nobody's settings change what it says.
"""

from __future__ import annotations

import atexit
import json
import os
import re
import shutil
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from code_assistant.project.packages.environment import Environment
from code_assistant.project.packages.modules import Deadline, DeadlineError
from code_assistant.project.reality.language_server import LanguageServer, LanguageServerError
from groundwork import lifetime
from groundwork.private_folder import make_private_folder
from groundwork.reading.plain_text import read_text

RULES = (
    "import-not-found",
    "missing-module-member",
    "missing-attribute",
    "unknown-argument",
    "positional-only-parameter-as-kwarg",
    "no-matching-overload",
    "deprecated",
)
"""Those that mean an invention or a thing that is gone (https://docs.astral.sh/ty/reference/rules/)."""
NEWEST = "3.14"
VERSIONS = tuple(f"3.{minor}" for minor in range(7, 15))
"""Those that ty knows and we have seen it with."""
_FALLBACK = "3.12"
_MOST_KEPT = 2
"""For one environment: with the project's Python and with the newest one."""
_MOST_ANSWERS = 500
"""From one process: it keeps something of every text, 1 MB after a hundred."""
_CREATED, _DELETED = 1, 3
_MAX_SIGNATURE_LINES = 60
_MAX_SOURCE_BYTES = 2_000_000
SILENCER = re.compile(r"(?<=#)(\s*)(type|ty)(?=\s*:\s*ignore)")
"""Whoever writes the code cannot silence its judge."""
_CPU_LIMIT_S = 300
"""Of one process, for all of its answers; where we are killed, nobody is left to end one that is caught in a loop."""
_REMEDY = "install the versions that requirements.txt names"


class TyError(Exception):
    """Ty is not here, or it did not do its work; the text says why, and what helps."""


@dataclass(frozen=True)
class Told:
    """One thing that ty says of a file."""

    rule: str
    path: str
    line: int
    column: int
    """Of the first character, in characters from 1."""
    text: str
    detail: str
    """What it says besides, and the lines of the signature that it means."""


class _Ty:
    """One process, for one environment and one version of Python."""

    def __init__(self, environment: Environment, version: str, deadline: Deadline) -> None:
        from ty import find_ty_bin  # late: only answers with Python need it

        self.of = (environment, version)
        folder, self._remove = make_private_folder(self)
        self._code = folder / "code"
        self._left = _MOST_ANSWERS
        try:
            self._code.mkdir()
            self._configure(environment.prefix or _empty_environment(folder), version)
            command = [find_ty_bin(), "server"]
            self._server = LanguageServer(command, self._code, _surroundings(folder), deadline.left())
            lifetime.limit_cpu(self._server.pid, _CPU_LIMIT_S)
        except BaseException:
            self._remove()
            raise

    @property
    def is_used_up(self) -> bool:
        """Whether another one has to take its place."""
        return self._left <= 0 or self._server.is_ended

    def judge(self, files: Mapping[str, str], hidden: Sequence[str], deadline: Deadline) -> Iterator[Told]:
        """What it says of files by their relative paths.

        Raises:
            LanguageServerError: it has ended, perhaps since the time was up.
        """
        self._left -= 1
        stubs = {f"{name}.pyi": "def __getattr__(name: str): ...\n" for name in hidden}
        with self._server.limit(deadline.left()), self._on_disk({**files, **stubs}):
            for path, text in files.items():
                document = {"uri": (self._code / path).as_uri()}
                opened = {"languageId": "python", "version": 1, "text": text}
                self._server.tell("textDocument/didOpen", {"textDocument": document | opened})
                said = self._server.ask("textDocument/diagnostic", {"textDocument": document})
                self._server.tell("textDocument/didClose", {"textDocument": document})
                yield from _read(path, said["items"])

    def end(self) -> None:
        """End the process and leave nothing behind."""
        self._server.end()
        self._remove()

    @contextmanager
    def _on_disk(self, files: Mapping[str, str]) -> Iterator[None]:
        """The files where imports find them, and nothing of them afterwards."""
        try:
            for name, text in files.items():
                path = self._code / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(text.encode(errors="replace"))
            self._announce(files, _CREATED)
            yield
        finally:
            for name in files:
                (self._code / name).unlink(missing_ok=True)
            for top in {name.partition("/")[0] for name in files if "/" in name}:
                shutil.rmtree(self._code / top, ignore_errors=True)
            self._announce(files, _DELETED)

    def _announce(self, names: Iterable[str], kind: int) -> None:
        changes = [{"uri": (self._code / name).as_uri(), "type": kind} for name in names]
        self._server.tell("workspace/didChangeWatchedFiles", {"changes": changes})

    def _configure(self, prefix: Path, version: str) -> None:
        """https://docs.astral.sh/ty/reference/configuration/"""
        place = json.dumps(str(prefix))  # a text of TOML is one of JSON
        environment = [f"python = {place}", f'python-version = "{version}"', 'python-platform = "all"']
        rules = ['all = "ignore"', *(f'{rule} = "warn"' for rule in RULES)]
        lines = ["[environment]", *environment, "[rules]", *rules]
        (self._code / "ty.toml").write_text("\n".join(lines), encoding="utf-8")


_lock = threading.Lock()
_running: list[_Ty] = []


def ask_ty(
    files: Mapping[str, str], hidden: Sequence[str], environment: Environment, version: str, deadline: Deadline
) -> list[Told]:
    """What ty says of files by their relative paths, for a version of Python such as `3.12`.

    `hidden` are top-level modules of which nothing is to be said. Blocking.

    Raises:
        DeadlineError: there was no time left.
        TyError: it cannot be run.
    """
    texts = {path: SILENCER.sub(r"\1no", text) for path, text in files.items()}
    if not _lock.acquire(timeout=deadline.left()):
        raise DeadlineError
    try:
        return list(_serve(environment, version, deadline).judge(texts, hidden, deadline))
    except LanguageServerError as error:
        deadline.check()
        raise TyError(f"ty failed: {error}; {_REMEDY}") from error
    except OSError as error:
        raise TyError(f"ty cannot be run ({type(error).__name__}); {_REMEDY}") from error
    finally:
        _lock.release()


@atexit.register
def end_ty() -> None:
    """End what was kept running."""
    while _running:
        _running.pop().end()


lifetime.before_end(end_ty)


def _serve(environment: Environment, version: str, deadline: Deadline) -> _Ty:
    """The process for an environment; the one that was not used for longest makes room for a new one."""
    for kept in [kept for kept in _running if kept.is_used_up]:
        _running.remove(kept)
        kept.end()
    found = next((kept for kept in _running if kept.of == (environment, version)), None)
    if found is not None:
        _running.remove(found)
    elif len(_running) >= _MOST_KEPT:
        _running.pop(0).end()
    _running.append(found or _Ty(environment, version, deadline))
    return _running[-1]


def _surroundings(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name.upper() in ("PATH", "SYSTEMROOT", "TEMP", "TMP")}
    return {**kept, "HOME": str(home), "XDG_CONFIG_HOME": str(home), "XDG_CACHE_HOME": str(home), "APPDATA": str(home)}


def _empty_environment(root: Path) -> Path:
    """An environment without packages: without one, ty would take that of whoever runs us."""
    prefix = root / "environment"
    (prefix / "lib" / f"python{_FALLBACK}" / "site-packages").mkdir(parents=True)
    (prefix / "Lib" / "site-packages").mkdir(parents=True, exist_ok=True)
    (prefix / "pyvenv.cfg").write_text(f"home = {root}\nversion = {_FALLBACK}.0\n", encoding="utf-8")
    return prefix


def _read(path: str, items: Iterable[Mapping[str, Any]]) -> Iterator[Told]:
    """The diagnostics of a file: the first line of each says what is wrong, the others why it may be."""
    for item in items:
        if item.get("code") in RULES:
            text, _, more = item["message"].partition("\n")
            start = item["range"]["start"]
            detail = "\n".join([more, *map(_signature, item.get("relatedInformation", ()))])
            yield Told(item["code"], path, start["line"] + 1, start["character"] + 1, text, detail)


def _signature(related: Mapping[str, Any]) -> str:
    """The lines that a diagnostic points at in another file."""
    place = related["location"]
    file = Path(url2pathname(unquote(urlsplit(place["uri"]).path)))
    first, last = place["range"]["start"]["line"], place["range"]["end"]["line"]
    lines = read_text(file, _MAX_SOURCE_BYTES).splitlines()
    return "\n".join([related["message"], *lines[first : min(last, first + _MAX_SIGNATURE_LINES) + 1]])
