"""The engines: what judges code. Imported one by one when first needed, since sqlglot alone costs a tenth of a second.

Their one rule: every engine module has `compile_rule(rule, language)` and `run(source, rules)`; those that judge
syntax also have `syntax(source)`, and one that is a process of its own has `begin(source, rules)`, which is `run` in
two steps. An engine that cannot work here raises `EngineUnavailableError`.

How much silence says is told for each text. A judge of syntax returns `Syntax`, with the depth of its judgement and,
where that is another than `Language.checked_by`, the name of what judged: `Syntax(by="gofmt")` is decided,
`Syntax(depth="searched")` is a grammar's opinion. A rule's own word (`decides: all`) holds for every text; an engine
for which it does not also has `depth(rule, source)`, which is asked after the run: "searched" takes the word back for
this text, "not_judged" says that the rule saw nothing of what it is about.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Literal, Protocol, cast

from coding_standards.engines import ENGINES
from coding_standards.engines.source import Source
from coding_standards.report import SYNTAX, Finding
from coding_standards.rules import EngineName, Rule

_JUDGES = {
    "python": "coding_standards.engines.python.syntax",
    "go": "coding_standards.engines.go.syntax",
    "java": "coding_standards.engines.java.syntax",
    "rust": "coding_standards.engines.rust.syntax",
    "oxlint": ENGINES["oxlint"],
    "sql": ENGINES["sql"],
    "html": ENGINES["html"],
    "css": ENGINES["css"],
}
"""What `Language.checked_by` means."""

PROCESSES: tuple[EngineName, ...] = ("ruff", "oxlint")
"""Those that are a process of their own and work beside the others; oxlint judges syntax in the same run."""


class EngineUnavailableError(RuntimeError):
    """An engine that cannot judge this code on this machine; the text says why and what helps."""


class _Engine(Protocol):
    def run(self, source: Source, rules: Sequence[Rule]) -> list[Finding]: ...


class _ProcessEngine(_Engine, Protocol):
    def begin(self, source: Source, rules: Sequence[Rule]) -> AbstractContextManager[Callable[[], list[Finding]]]: ...


_Applies = Callable[[Rule, Source], bool]
"""An engine may also have `applies`: whether a rule has anything to say about this source."""


Depth = Literal["decided", "searched", "not_judged"]
"""How much it says that nothing was found."""

_TellDepth = Callable[[Rule, Source], Depth]


@dataclass(frozen=True)
class Syntax:
    """What a judge of syntax says of one text."""

    findings: tuple[Finding, ...] = ()
    depth: Depth = "decided"
    by: str = ""
    """The parser's name, where that is not `Language.checked_by`."""
    notes: tuple[str, ...] = ()
    """What was not judged, and why."""


class _Judge(Protocol):
    def syntax(self, source: Source) -> Syntax: ...


@dataclass(frozen=True)
class EngineRun:
    """What one engine had to say about one text."""

    findings: tuple[Finding, ...] = ()
    ran: Mapping[str, Depth] = field(default_factory=dict)
    """By the id of each rule that was tried: how far the engine got. One that could not be tried is "not_judged"."""
    notes: tuple[str, ...] = ()
    syntax: Syntax | None = None
    """None from an engine that does not judge that, or could not."""


def syntax(source: Source) -> Syntax:
    """The places where the text is not valid in its language; a parser's doubt is no decision."""
    judge = cast(_Judge, importlib.import_module(_JUDGES[source.language.checked_by]))
    judged = judge.syntax(source)
    return replace(judged, depth="not_judged") if any(finding.soft for finding in judged.findings) else judged


def run_engine(name: EngineName, source: Source, rules: Sequence[Rule]) -> EngineRun:
    """Judge by all rules of one engine; a rule that breaks is noted and stops no other."""
    engine = cast(_Engine, importlib.import_module(ENGINES[name]))
    chosen = _applicable(engine, source, rules)
    return _judge(name, source, chosen, lambda: engine.run(source, chosen)) if chosen else EngineRun()


@contextmanager
def start_engine(name: EngineName, source: Source, rules: Sequence[Rule]) -> Iterator[Callable[[], EngineRun]]:
    """The same for an engine that works in a process of its own: it works until what is yielded is called."""
    engine = cast(_ProcessEngine, importlib.import_module(ENGINES[name]))
    chosen = _applicable(engine, source, rules)
    with ExitStack() as running:
        if not chosen and source.language.checked_by != name:
            yield EngineRun
            return
        try:
            findings = running.enter_context(engine.begin(source, chosen))
        except EngineUnavailableError as error:
            yield partial(_unavailable, chosen, error)
            return
        yield lambda: _judge(name, source, chosen, findings)


def _applicable(engine: _Engine, source: Source, rules: Sequence[Rule]) -> list[Rule]:
    applies: _Applies | None = getattr(engine, "applies", None)
    return [rule for rule in rules if applies is None or applies(rule, source)]


def _judge(name: EngineName, source: Source, rules: Sequence[Rule], findings: Callable[[], list[Finding]]) -> EngineRun:
    try:
        found = findings()
        broken = tuple(finding for finding in found if finding.rule == SYNTAX)
        others = tuple(finding for finding in found if finding.rule != SYNTAX)
        syntax: Syntax | None = None
        if name in PROCESSES and source.language.checked_by == name:
            # What two parsers read differently is not decided.
            syntax = Syntax(broken, "searched" if source.broken else "decided")
        return EngineRun(others, _depths(name, source, rules), syntax=syntax)
    except EngineUnavailableError as error:
        return _unavailable(rules, error)
    except Exception as error:  # noqa: BLE001 - a team's rule may break an engine in any way; the others still count
        if len(rules) <= 1:
            reason = " ".join(str(error).partition("\n")[0].split())
            note = f"{rules[0].id if rules else name}: broke off: {type(error).__name__}: {reason}"
            return EngineRun(ran={rule.id: "not_judged" for rule in rules}, notes=(note,))
    return _merge([run_engine(name, source, [rule]) for rule in rules])


def _unavailable(rules: Sequence[Rule], error: EngineUnavailableError) -> EngineRun:
    return EngineRun(ran={rule.id: "not_judged" for rule in rules}, notes=(str(error),))


def _depths(name: EngineName, source: Source, rules: Sequence[Rule]) -> dict[str, Depth]:
    told: _TellDepth | None = getattr(importlib.import_module(ENGINES[name]), "depth", None)
    return {rule.id: told(rule, source) if told is not None else "decided" for rule in rules}


def _merge(runs: Sequence[EngineRun]) -> EngineRun:
    return EngineRun(
        tuple(finding for run in runs for finding in run.findings),
        {rule_id: depth for run in runs for rule_id, depth in run.ran.items()},
        tuple(dict.fromkeys(note for run in runs for note in run.notes)),
        next((run.syntax for run in runs if run.syntax is not None), None),
    )
