"""The project's own linters, type checkers and formatters over all files of a run at once.

Its one rule: what they may run, and where, is decided where the server decides it; here only the files are many.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import anyio

from coding_standards.gate.judging import Manner, Verdict, decode, read_text
from coding_standards.gate.selection import Candidate
from coding_standards.library.snapshot import Library
from coding_standards.project.tools.judge import Change, Judgement, ProjectJudge
from coding_standards.project.tools.table import TOOLS
from coding_standards.project.tools.trust import Trust
from coding_standards.project.tools.verdict import add_judgement
from coding_standards.report import CheckReport

LIMIT_S = 600.0
"""For all tools together: a type checker takes minutes for a large project that it has never seen."""


def judge_by_tools(
    verdicts: Sequence[Verdict], candidates: Sequence[Candidate], library: Library, trust: Trust, manner: Manner
) -> tuple[list[Verdict], list[str]]:
    """The verdicts with what the project's tools say of the same files, and why a tool that is set up said nothing."""
    places = {place: one for one in candidates if (place := library.place(str(one.file))) is not None}
    texts = {place: text for place, one in places.items() if (text := read_text(one)) is not None}
    judged = {verdict.path for verdict in verdicts if not verdict.left_out and not verdict.failed}
    texts = {place: text for place, text in texts.items() if places[place].path in judged}
    if library.project is None or trust.is_off or not texts:
        return list(verdicts), []
    before = {place: decode(places[place].before) or "" for place in texts if places[place].before is not None}
    change = Change(texts, before if manner.is_compared else {})
    judgement = anyio.run(_judge, library, trust, change)
    by_path = {places[place].path: place for place in texts}
    added = [
        _add(verdict, judgement, by_path[verdict.path], library) if verdict.path in by_path else verdict
        for verdict in verdicts
    ]
    return added, [f"{run.name}: {run.problem}" for run in judgement.runs if run.problem]


async def _judge(library: Library, trust: Trust, change: Change) -> Judgement:
    assert library.project is not None
    judge = ProjectJudge(library.project.root)
    rows = {tool.name: tool for tool in (*TOOLS, *library.settings.tools)}
    try:
        return await judge.judge(change, trust, False, tuple(rows.values()), LIMIT_S)
    finally:
        await judge.aclose()


def _add(verdict: Verdict, judgement: Judgement, place: str, library: Library) -> Verdict:
    report = CheckReport(language=verdict.language, parsed=True, findings=verdict.findings)
    proofs: Mapping[str, tuple[str, ...]] = library.settings.proves
    report = add_judgement(report, judgement, place, proofs, library.settings.ruff_config is not None)
    old = sum(run.old for run in judgement.runs if place == min(run.configured.files, default=""))
    failed = tuple(f"{run.name}: {run.failed[place]}" for run in judgement.runs if place in run.failed)
    return replace(verdict, findings=report.findings, notes=(*verdict.notes, *failed), known=verdict.known + old)
