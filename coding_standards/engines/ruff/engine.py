"""The ruff engine: rules that name ruff codes, all judged by one run of ruff.

Its one rule: ruff gets the code on stdin and no configuration but the team's own; it reads and writes no other file.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from coding_standards.engines.python.imports import keeps_needed, mend_imports
from coding_standards.engines.ruff.doubts import is_doubtful
from coding_standards.engines.ruff.noqa import REASON_WANTED, Exceptions
from coding_standards.engines.ruff.process import REMEDY, RefusedConfigError, RuffProcess
from coding_standards.engines.run import EngineUnavailableError
from coding_standards.engines.source import Source
from coding_standards.languages import Language
from coding_standards.report import Finding
from coding_standards.rules import Rule, RuleError

_NEWEST = "py315"
"""The newest grammar that ruff knows: code may be written for a newer Python than the one that runs here."""

_JUDGING = ("--no-fix", "--output-format=json-lines")
_MENDING = ("--fix-only", "--no-unsafe-fixes")
_IS_COMMENT_FOR_RUFF = re.compile(r"#\s*(?:noqa|ruff:|flake8:)", re.IGNORECASE)
_INVALID = "invalid-syntax"
_UNDEFINED = "F821"
_REMOVING = ("F401", "F811")
"""What takes imports out. One may be there for what it does, or for a test that names it as a parameter."""
_QUOTED = re.compile(r"`(\w+)`")
_MAX_OUTPUT = 1_000_000
"""Bytes that are read: some 2,000 findings. Garbage has a hundred thousand, which take ten seconds to read."""


class _RuffPlace(BaseModel):
    row: int
    column: int


class _RuffDiagnostic(BaseModel):
    # Ruff adds keys from release to release; only these are read.
    model_config = ConfigDict(extra="ignore")
    code: str | None
    message: str
    location: _RuffPlace
    noqa_row: int | None = None
    """The line whose comment may name this code."""


class _KnownRule(BaseModel):
    model_config = ConfigDict(extra="ignore")
    code: str | None
    status: dict[str, object] = {}


_KNOWN_RULES = TypeAdapter(list[_KnownRule])


def compile_rule(rule: Rule, language: Language) -> None:
    """Make sure that ruff knows the codes; a code may be a prefix such as `S60`.

    Raises:
        RuleError: it does not; the text names file, rule and reason.
    """
    where = f"{rule.source}: {rule.id}"
    if language.name != "python" or rule.language != "python":
        raise RuleError(f"{where}: ruff judges Python only")
    unknown = sorted(rule.body.keys() - {"codes"})
    if unknown:
        raise RuleError(f"{where}: unknown key {unknown[0]!r}; known: codes")
    codes = rule.codes
    if not codes:
        raise RuleError(f"{where}: `codes` must list ruff codes such as E722")
    try:
        known = _known_codes()
    except EngineUnavailableError:
        return  # said by every check; the rule itself may be good
    for code in codes:
        if not any(name.startswith(code) for name in known):
            raise RuleError(f"{where}: ruff has no stable rule {code!r}")


def run(source: Source, rules: Sequence[Rule]) -> list[Finding]:
    """What ruff says under the codes of these rules, and what the team's own configuration selects beside them.

    Raises:
        EngineUnavailableError: ruff is missing, too slow, or refuses the team's configuration.
    """
    with begin(source, rules) as findings:
        return findings()


@contextmanager
def begin(source: Source, rules: Sequence[Rule]) -> Iterator[Callable[[], list[Finding]]]:
    """The same begin at once; call what is yielded for the findings, within the `with`.

    Raises:
        EngineUnavailableError: as `run`.
    """
    codes = sorted({code for rule in rules for code in rule.codes})
    options = [
        "--ignore-noqa",
        f"--{'select' if source.settings.ruff_config is None else 'extend-select'}={','.join(codes)}",
    ]
    with ExitStack() as running:
        ours = running.enter_context(_start(source, options))
        # What a team selected itself heeds its comments as ruff does, which only ruff can tell.
        team = running.enter_context(_start(source, [])) if _may_silence_team(source) else None
        yield lambda: _findings(source, rules, ours, team)


def _may_silence_team(source: Source) -> bool:
    return source.settings.ruff_config is not None and _IS_COMMENT_FOR_RUFF.search(source.code) is not None


def _findings(source: Source, rules: Sequence[Rule], ours: RuffProcess, team: RuffProcess | None) -> list[Finding]:
    exceptions = Exceptions(source)
    findings: list[Finding] = []
    for code, found in _judge(ours):
        named = [rule for rule in rules if code.startswith(rule.codes)]
        if named and not is_doubtful(source, code, found.message, found.location.row, found.location.column):
            findings += _drop_silenced(source, named, found, code, exceptions)
        elif not named and team is None:
            findings.append(_own_finding(source, found))
    for code, found in _judge(team) if team else ():
        if not any(code.startswith(rule.codes) for rule in rules):
            findings.append(_own_finding(source, found))
    return findings


def _judge(process: RuffProcess) -> Iterator[tuple[str, _RuffDiagnostic]]:
    """What it found, each with its code; not syntax, which has its own judge."""
    for found in _diagnostics(process.output()):
        if found.code is not None and found.code != _INVALID:
            yield found.code, found


def _drop_silenced(
    source: Source, rules: Sequence[Rule], found: _RuffDiagnostic, code: str, exceptions: Exceptions
) -> Iterator[Finding]:
    row = found.noqa_row or found.location.row
    for rule in rules:
        if not exceptions.asked(code, row):
            yield _finding(source, rule, found)
        elif not exceptions.granted(rule, code, row):
            yield _finding(source, rule, found, f"; {REASON_WANTED}")


def refusal(config: Path) -> str | None:
    """Why ruff cannot use a configuration; None when it can, or when there is no ruff to ask."""
    try:
        _run(["check", "--no-cache", "--quiet", f"--config={config}", "--stdin-filename=code.py", "-"], "", config)
    except RefusedConfigError as error:
        return f"ruff refuses it: {error.reason}"
    except EngineUnavailableError:
        return None
    return None


def accepts(source: Source) -> bool:
    """Whether ruff can parse the text as the newest Python; False where there is no ruff to ask."""
    try:
        with _start(source, ["--select=E9"], isolated=True) as process:
            return all(found.code not in (None, _INVALID) for found in _diagnostics(process.output()))
    except EngineUnavailableError:
        return False


def mend(source: Source, rules: Sequence[Rule], beside: Mapping[str, str]) -> str:
    """The text with the imports that it forgot, and the corrections that ruff calls safe, for what these rules name.

    `beside` are the files that come with it, by path.

    Raises:
        EngineUnavailableError: as `run`.
    """
    codes = sorted({code for rule in rules for code in rule.codes})
    if _UNDEFINED in codes:
        source = replace(source, raw=mend_imports(source.code, _undefined(source), beside, source.path or ""))
    mended = _fix(source, codes)
    if not keeps_needed(source.code, mended):
        mended = _fix(source, [code for code in codes if not code.startswith(_REMOVING)])
    return mended


def _fix(source: Source, codes: Sequence[str]) -> str:
    with _start(source, [f"--select={','.join(codes)}"], _MENDING) as process:
        output = process.output().decode("utf-8")
    return output if output.strip() else source.code


def _undefined(source: Source) -> list[str]:
    """The names that are used and not defined."""
    with _start(source, [f"--select={_UNDEFINED}"]) as process:
        found = [one for code, one in _judge(process) if code == _UNDEFINED]
    named = (_QUOTED.search(one.message) for one in found)
    return [name[1] for name in named if name is not None]


def _start(
    source: Source, options: Sequence[str], form: Sequence[str] = _JUDGING, *, isolated: bool = False
) -> RuffProcess:
    config = None if isolated else source.settings.ruff_config
    where = ["--isolated", f"--target-version={_NEWEST}"] if config is None else [f"--config={config}"]
    given = ["check", "--no-cache", "--quiet", *form, *where, *options, f"--stdin-filename={_stdin_name(source)}", "-"]
    return RuffProcess(given, source.code, config)


def _diagnostics(output: bytes) -> list[_RuffDiagnostic]:
    lines = output[:_MAX_OUTPUT].splitlines()[: None if len(output) <= _MAX_OUTPUT else -1]
    try:
        return [_RuffDiagnostic.model_validate_json(line) for line in lines]
    except ValidationError as error:
        raise EngineUnavailableError(f"ruff: its answer is not understood; {REMEDY} (0.17)") from error


def _stdin_name(source: Source) -> str:
    """The path, for the team's per-file settings, if ruff takes it for Python and a child can be given it."""
    path = source.path or ""
    return path if source.suffix in source.language.suffixes and path and path.isprintable() else "code.py"


def _run(options: Sequence[str], text: str, config: Path | None = None) -> bytes:
    with RuffProcess(options, text, config) as process:
        return process.output()


@functools.cache
def _known_codes() -> frozenset[str]:
    try:
        rules = _KNOWN_RULES.validate_json(_run(["rule", "--all", "--output-format=json"], ""))
    except ValidationError as error:
        raise EngineUnavailableError(f"ruff: its list of rules is not understood; {REMEDY} (0.17)") from error
    return frozenset(rule.code for rule in rules if rule.code and "Stable" in rule.status)


def _finding(source: Source, rule: Rule, found: _RuffDiagnostic, more: str = "") -> Finding:
    message = f"{rule.message} (ruff {found.code}: {found.message}{more})"
    return source.finding(rule, found.location.row, found.location.column, message)


def _own_finding(source: Source, found: _RuffDiagnostic) -> Finding:
    return Finding(
        rule=f"ruff-{found.code}",
        severity="warning",
        line=found.location.row,
        column=found.location.column,
        message=found.message,
        excerpt=source.excerpt(found.location.row),
    )
