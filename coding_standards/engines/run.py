"""The engines: what judges code. Imported one by one when first needed, since sqlglot alone costs a tenth of a second.

Their one rule: what an engine can do stands in its `Engine`; one that cannot work here raises `EngineUnavailableError`.

How much silence says is told for each text. A judge of syntax returns `Syntax`, with the depth of its judgement and,
where that is another than `Language.checked_by`, the name of what judged: `Syntax(by="gofmt")` is decided,
`Syntax(depth="searched")` is a grammar's opinion. A rule's own word (`decides: all`) holds for every text; an engine
for which it does not also has `depth(rule, source)`, which is asked after the run: "searched" takes the word back for
this text, "not_judged" says that the rule saw nothing of what it is about.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Literal

from coding_standards.engines.source import Source
from coding_standards.languages import Language
from coding_standards.report import SYNTAX, Finding
from coding_standards.rules import EngineName, Rule

MAX_ERRORS = 20
"""Syntax findings reported for one text; more of them tell nothing new."""

PROCESSES: tuple[EngineName, ...] = ("ruff", "oxlint")
"""Those that are a process of their own and work beside the others; oxlint judges syntax in the same run."""


class EngineUnavailableError(RuntimeError):
    """An engine that cannot judge this code on this machine; the text says why and what helps."""


Depth = Literal["decided", "searched", "not_judged"]
"""How much it says that nothing was found."""


@dataclass(frozen=True)
class Syntax:
    """What a judge of syntax says of one text."""

    findings: tuple[Finding, ...] = ()
    depth: Depth = "decided"
    by: str = ""
    """The parser's name, where that is not `Language.checked_by`."""
    notes: tuple[str, ...] = ()
    """What was not judged, and why."""


@dataclass(frozen=True)
class Engine:
    """What one engine can do."""

    compile_rule: Callable[[Rule, Language], None]
    run: Callable[[Source, Sequence[Rule]], list[Finding]]
    depth: Callable[[Rule, Source], Depth] = lambda rule, source: "decided"
    applies: Callable[[Rule, Source], bool] = lambda rule, source: True
    """Whether a rule has anything to say about this source."""
    begin: Callable[[Source, Sequence[Rule]], AbstractContextManager[Callable[[], list[Finding]]]] | None = None
    """`run` in two steps, of one that is a process of its own."""


@dataclass(frozen=True)
class EngineRun:
    """What one engine had to say about one text."""

    findings: tuple[Finding, ...] = ()
    ran: Mapping[str, Depth] = field(default_factory=dict)
    """By the id of each rule that was tried: how far the engine got. One that could not be tried is "not_judged"."""
    notes: tuple[str, ...] = ()
    syntax: Syntax | None = None
    """None from an engine that does not judge that, or could not."""


@functools.cache
def load_engine(name: EngineName) -> Engine:
    """The engine that rules name."""
    match name:
        case "ast-grep":
            from coding_standards.engines.astgrep import engine as astgrep

            return Engine(astgrep.compile_rule, astgrep.run)
        case "ruff":
            from coding_standards.engines.ruff import engine as ruff

            return Engine(ruff.compile_rule, ruff.run, begin=ruff.begin)
        case "oxlint":
            from coding_standards.engines.oxlint import engine as oxlint

            return Engine(oxlint.compile_rule, oxlint.run, begin=oxlint.begin)
        case "sql":
            from coding_standards.engines.sql import engine as sql

            return Engine(sql.compile_rule, sql.run, sql.depth)
        case "html":
            from coding_standards.engines.html import engine as html

            return Engine(html.compile_rule, html.run, html.depth)
        case "css":
            from coding_standards.engines.css import engine as css

            return Engine(css.compile_rule, css.run)
        case "flow":
            from coding_standards.engines.flow import engine as flow

            return Engine(flow.compile_rule, flow.run)
        case "builtin":
            from coding_standards.engines.text import engine as text

            return Engine(text.compile_rule, text.run, applies=text.applies)


def _load_compiler(name: str) -> Callable[[Source], AbstractContextManager[Callable[[], Syntax]]] | None:
    """What `Language.checked_by` means where a compiler's parser may be on the machine."""
    match name:
        case "go":
            from coding_standards.engines.go.syntax import begin
        case "java":
            from coding_standards.engines.java.syntax import begin
        case "rust":
            from coding_standards.engines.rust.syntax import begin
        case _:
            return None
    return begin


def _load_judge(name: str) -> Callable[[Source], Syntax]:
    """What it means elsewhere."""
    match name:
        case "python":
            from coding_standards.engines.python.syntax import syntax as judge
        case "oxlint":
            from coding_standards.engines.oxlint.engine import syntax as judge
        case "sql":
            from coding_standards.engines.sql.engine import syntax as judge
        case "html":
            from coding_standards.engines.html.engine import syntax as judge
        case "css":
            from coding_standards.engines.css.engine import syntax as judge
        case _:
            raise LookupError(name)
    return judge


@contextmanager
def start_syntax(source: Source) -> Iterator[Callable[[], Syntax]]:
    """What `syntax` tells; a compiler's parser works until what is yielded is called."""
    begin = _load_compiler(source.language.checked_by)
    if begin is None:
        judged = _load_judge(source.language.checked_by)(source)
        yield lambda: _doubt(judged)
        return
    with begin(source) as finish:
        yield lambda: _doubt(finish())


def syntax(source: Source) -> Syntax:
    """The places where the text is not valid in its language; a parser's doubt is no decision."""
    with start_syntax(source) as finish:
        return finish()


def _doubt(judged: Syntax) -> Syntax:
    return replace(judged, depth="not_judged") if any(finding.soft for finding in judged.findings) else judged


def run_engine(name: EngineName, source: Source, rules: Sequence[Rule]) -> EngineRun:
    """Judge by all rules of one engine; a rule that breaks is noted and stops no other."""
    engine = load_engine(name)
    chosen = [rule for rule in rules if engine.applies(rule, source)]
    return _judge(name, source, chosen, lambda: engine.run(source, chosen)) if chosen else EngineRun()


@contextmanager
def start_engine(name: EngineName, source: Source, rules: Sequence[Rule]) -> Iterator[Callable[[], EngineRun]]:
    """The same for an engine that works in a process of its own: it works until what is yielded is called."""
    engine = load_engine(name)
    assert engine.begin is not None
    chosen = [rule for rule in rules if engine.applies(rule, source)]
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
    depth = load_engine(name).depth
    return {rule.id: depth(rule, source) for rule in rules}


def _merge(runs: Sequence[EngineRun]) -> EngineRun:
    return EngineRun(
        tuple(finding for run in runs for finding in run.findings),
        {rule_id: depth for run in runs for rule_id, depth in run.ran.items()},
        tuple(dict.fromkeys(note for run in runs for note in run.notes)),
        next((run.syntax for run in runs if run.syntax is not None), None),
    )
