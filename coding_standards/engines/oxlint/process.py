"""Oxlint as a process: the files that it is given, and what it says of them.

Its one rule: it sees a private directory with our configuration and the text, and no comment in the text can tell it
to look away.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError

from coding_standards.engines.process import LinterProcess, remedy
from coding_standards.engines.run import EngineUnavailableError

REMEDY = f"{remedy('oxlint')} (1.89)"

_MEMORY = Path("/dev/shm")  # noqa: S108 - only the parent of a directory of our own with a name that nobody knows
_CONFIG = "oxlint.json"
_OPTIONS = ("--format=json", "--threads=1", "--disable-nested-config", "--no-ignore", f"--config={_CONFIG}")
_MAX_OUTPUT = 20_000_000
"""Bytes; a finding takes 300, and the longest code has 30,000 of the worst."""
_MAX_OF_RULE = 100
"""To tell a place takes as long as its text is long."""

# Oxlint heeds these comments, for a file with `@flow` even its syntax. One letter less, and no place moves.
_DIRECTIVE = re.compile(r"\b(eslint|oxlint)-(?=(?:dis|en)able)|@(?=(?:no)?flow\b)")
# Without a mention they may be anything; what browsers have beside these, such as `name`, code often has as well.
_GLOBALS = ("setTimeout", "setInterval", "setImmediate", "execScript", "window", "self", "global", "globalThis")
_PLUGIN = re.compile(r"(?:eslint-plugin-)?([\w-]+)\(([\w-]+)\)")


class _Span(BaseModel):
    offset: int
    """In bytes of UTF-8."""
    length: int


class _Label(BaseModel):
    model_config = ConfigDict(extra="ignore")
    span: _Span


class _OxlintDiagnostic(BaseModel):
    # Oxlint adds keys from release to release; only these are read.
    model_config = ConfigDict(extra="ignore")
    code: str | None = None
    message: str
    filename: str
    labels: tuple[_Label, ...] = ()


class _Output(BaseModel):
    model_config = ConfigDict(extra="ignore")
    diagnostics: tuple[_OxlintDiagnostic, ...]


@dataclass(frozen=True)
class Diagnostic:
    """One place in one file."""

    name: str
    """The rule, as `eslint/no-var`; empty where the text is not valid."""
    message: str
    start: int
    """In characters from the beginning of the file, as `end`."""
    end: int


class OxlintProcess:
    """One run over some files, begun when it is entered; leaves neither a process nor a file behind."""

    def __init__(self, files: Mapping[str, str], rules: Mapping[str, object]) -> None:
        """Take the texts by their file names, and the settings of the rules by their names."""
        self._files = {name: _silence_directives(text) for name, text in files.items()}
        self._rules = rules
        self._running = ExitStack()

    def __enter__(self) -> Self:
        """Begin.

        Raises:
            EngineUnavailableError: there is no oxlint here, it cannot be started, or there is no place for files.
        """
        with ExitStack() as running:
            try:
                directory = Path(running.enter_context(_private_directory()))
                for name, text in self._files.items():
                    (directory / name).write_bytes(text.encode("utf-8"))
                (directory / _CONFIG).write_text(json.dumps(_config(self._rules)), encoding="utf-8")
            except OSError as error:
                why = f"no place for its files ({error.strerror}); make room in the temporary directory"
                raise EngineUnavailableError(f"oxlint: {why}") from error
            self._process = running.enter_context(
                LinterProcess("oxlint", [*_OPTIONS, *self._files], directory=directory)
            )
            self._running = running.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._running.__exit__(kind, error, trace)

    @property
    def is_ended(self) -> bool:
        """Whether it is known to have ended."""
        return self._process.is_ended

    def diagnostics(self) -> dict[str, list[Diagnostic]]:
        """Wait for the end, and return what it found in each file, in the order of its text.

        Raises:
            EngineUnavailableError: it took too long, or it failed.
        """
        answer = self._process.answer()
        if answer.code not in (0, 1):
            is_deep = "overflowed its stack" in answer.errors
            why = "the code nests too deeply for it; split it" if is_deep else _told(answer.errors)
            raise EngineUnavailableError(f"oxlint: broke off, and its rules were not checked: {why}")
        if len(answer.output) > _MAX_OUTPUT:
            raise EngineUnavailableError("oxlint: it found too much to read; check smaller parts")
        try:
            output = _Output.model_validate_json(answer.output)
        except ValidationError as error:
            told = _told(answer.output.decode("utf-8", "replace"))
            raise EngineUnavailableError(f"oxlint: its answer is not understood ({told}); {REMEDY}") from error
        found: dict[str, list[Diagnostic]] = {name: [] for name in self._files}
        texts = {name: text.encode("utf-8") for name, text in self._files.items()}
        counted: Counter[tuple[str, str | None]] = Counter()
        for one in output.diagnostics:
            name = one.filename.replace("\\", "/").rpartition("/")[2]
            counted[name, one.code] += 1
            if name in found and counted[name, one.code] <= _MAX_OF_RULE:
                found[name].append(_read(one, texts[name]))
        return {name: sorted(ones, key=lambda one: one.start) for name, ones in found.items()}


def list_rules() -> frozenset[str]:
    """The names of the rules that this oxlint can judge by the text alone.

    Raises:
        EngineUnavailableError: there is no oxlint to ask, or it answers in another way.
    """
    with LinterProcess("oxlint", ["--rules", "--format=json"]) as process:
        output = process.answer().output
    try:
        rules = json.loads(output)
        return frozenset(f"{rule['scope']}/{rule['value']}" for rule in rules if not rule["type_aware"])
    except (ValueError, TypeError, KeyError) as error:
        raise EngineUnavailableError(f"oxlint: its list of rules is not understood; {REMEDY}") from error


def _private_directory() -> tempfile.TemporaryDirectory[str]:
    if _MEMORY.is_dir():
        try:
            return tempfile.TemporaryDirectory(dir=_MEMORY, ignore_cleanup_errors=True)
        except OSError:
            pass  # full, or not for us
    return tempfile.TemporaryDirectory(ignore_cleanup_errors=True)


def _silence_directives(text: str) -> str:
    return _DIRECTIVE.sub(lambda found: f"{found[1]}_" if found[1] else "_", text)


def _config(rules: Mapping[str, object]) -> dict[str, object]:
    plugins = sorted({name.partition("/")[0] for name in rules})
    return {
        "plugins": plugins,
        "categories": {"correctness": "off"},
        "globals": dict.fromkeys(_GLOBALS, "readonly"),
        "rules": dict(rules),
    }


def _read(one: _OxlintDiagnostic, text: bytes) -> Diagnostic:
    span = one.labels[0].span if one.labels else _Span(offset=0, length=0)
    start = len(text[: span.offset].decode("utf-8", "ignore"))
    length = len(text[span.offset : span.offset + span.length].decode("utf-8", "ignore"))
    named = _PLUGIN.fullmatch(one.code or "")
    plugin = named[1].removesuffix("-eslint").replace("-", "_") if named else ""
    return Diagnostic(f"{plugin}/{named[2]}" if named else "", one.message, start, start + length)


def _told(text: str) -> str:
    return " ".join(text.split())[:200] or "saying nothing"
