"""The ruff engine: rules that name ruff codes, all judged by one run of ruff.

Its one rule: ruff gets the code on stdin and no configuration but the team's own; it reads and writes no other file.
"""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from coding_standards.engines import EngineUnavailableError
from coding_standards.engines.source import Source
from coding_standards.languages import Language
from coding_standards.report import Finding
from coding_standards.rules import Rule, RuleError

TIMEOUT_S = 2.5
"""Ruff takes 10 ms for code, but 12 s for 200,000 backticks, and a caller waits five seconds at most."""

_NEWEST = "py314"
"""The newest grammar that ruff knows: code may be written for a newer Python than the one that runs here."""

# What a child needs to start at all, and above all not the keys that are in our environment.
_PASSED_ON = ("PATH", "HOME", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "LD_LIBRARY_PATH")
_REMEDY = "install it with `pip install ruff`"
_INVALID = "invalid-syntax"
_IS_QUOTED = re.compile(r"\s*\d*\s*\|")
_IS_HEADING = re.compile(r"ruff failed|\s*Cause: Failed to (?:load|parse) ")
_MAX_OUTPUT = 1_000_000
"""Bytes that are read: some 2,000 findings. Garbage has a hundred thousand, which take ten seconds to read."""


class RefusedConfigError(EngineUnavailableError):
    """A configuration that ruff does not take."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"ruff: refuses {name}; correct that file: {reason}")
        self.reason = reason


class _Place(BaseModel):
    row: int
    column: int


class _Diagnostic(BaseModel):
    # Ruff adds keys from release to release; only these are read.
    model_config = ConfigDict(extra="ignore")
    code: str | None
    message: str
    location: _Place


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
    codes = _codes(rule)
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
    codes = sorted({code for rule in rules for code in _codes(rule)})
    findings = []
    for found in _check(source, codes):
        if found.code is None or found.code == _INVALID:
            continue  # syntax has its own judge
        named = [rule for rule in rules if found.code.startswith(_codes(rule))]
        findings += [_finding(source, rule, found) for rule in named]
        if not named:
            findings.append(_own_finding(source, found))
    return findings


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
        return all(found.code not in (None, _INVALID) for found in _check(source, ["E9"], isolated=True))
    except EngineUnavailableError:
        return False


def _codes(rule: Rule) -> tuple[str, ...]:
    codes = rule.body.get("codes", [])
    return tuple(str(code) for code in codes) if isinstance(codes, list) else ()


def _check(source: Source, codes: Sequence[str], isolated: bool = False) -> list[_Diagnostic]:
    config = None if isolated else source.settings.ruff_config
    options = ["check", "--no-cache", "--no-fix", "--quiet", "--output-format=json-lines"]
    if config is None:
        options += ["--isolated", f"--target-version={_NEWEST}", f"--select={','.join(codes)}"]
    else:
        options += [f"--config={config}", f"--extend-select={','.join(codes)}"]
    options += [f"--stdin-filename={_stdin_name(source)}", "-"]
    output = _run(options, source.code, config)
    lines = output[:_MAX_OUTPUT].splitlines()[: None if len(output) <= _MAX_OUTPUT else -1]
    try:
        return [_Diagnostic.model_validate_json(line) for line in lines]
    except ValidationError as error:
        raise EngineUnavailableError(f"ruff: its answer is not understood; {_REMEDY} (0.17)") from error


def _stdin_name(source: Source) -> str:
    """The path, for the team's per-file settings, if ruff takes it for Python and a child can be given it."""
    path = source.path or ""
    return path if source.suffix in source.language.suffixes and path and path.isprintable() else "code.py"


def _run(options: Sequence[str], text: str, config: Path | None = None) -> bytes:
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    try:
        done = subprocess.run(
            [*_command(), *options],
            input=text.encode("utf-8"),
            capture_output=True,
            env=environment,
            cwd=config.parent if config else None,
            timeout=TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise EngineUnavailableError(f"ruff: no answer within {TIMEOUT_S:.0f} s; its rules were not checked") from error
    except OSError as error:
        raise EngineUnavailableError(f"ruff: cannot be started ({error.strerror}); {_REMEDY}") from error
    if done.returncode not in (0, 1):
        raise _failure(done.stderr.decode("utf-8", "replace"), config)
    return done.stdout


def _failure(stderr: str, config: Path | None) -> EngineUnavailableError:
    if "No module named" in stderr:
        return EngineUnavailableError(f"ruff: not installed, so its rules were not checked; {_REMEDY}")
    # The lines that ruff quotes may be those of any file that a configuration names.
    told = [line for line in stderr.splitlines() if not _IS_QUOTED.match(line) and not _IS_HEADING.match(line)]
    reason = " ".join(" ".join(told).replace("Cause: ", "").split())[:300]
    if config is None:
        return EngineUnavailableError(f"ruff: failed: {reason}")
    return RefusedConfigError(config.name, reason)


@functools.cache
def _command() -> tuple[str, ...]:
    """The program beside this interpreter; `python -m ruff` would start an interpreter for every check."""
    beside = shutil.which("ruff", path=sysconfig.get_path("scripts"))
    return (beside,) if beside else (sys.executable, "-m", "ruff")


@functools.cache
def _known_codes() -> frozenset[str]:
    try:
        rules = _KNOWN_RULES.validate_json(_run(["rule", "--all", "--output-format=json"], ""))
    except ValidationError as error:
        raise EngineUnavailableError(f"ruff: its list of rules is not understood; {_REMEDY} (0.17)") from error
    return frozenset(rule.code for rule in rules if rule.code and "Stable" in rule.status)


def _finding(source: Source, rule: Rule, found: _Diagnostic) -> Finding:
    message = f"{rule.message} (ruff {found.code}: {found.message})"
    return source.finding(rule, found.location.row, found.location.column, message)


def _own_finding(source: Source, found: _Diagnostic) -> Finding:
    return Finding(
        rule=f"ruff-{found.code}",
        severity="warning",
        line=found.location.row,
        column=found.location.column,
        message=found.message,
        excerpt=source.excerpt(found.location.row),
    )
