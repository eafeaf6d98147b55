"""What the tests of the tools share: a judge on a project, that ends with the test."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path

import pytest_asyncio

from coding_standards.project.tools.judge import Change, Judgement, ProjectJudge
from coding_standards.project.tools.run import ToolRun
from coding_standards.project.tools.trust import parse_trust


class Verdict:
    """A judgement, and the ways in which tests look at it."""

    def __init__(self, judgement: Judgement) -> None:
        self.judgement = judgement

    def of(self, tool: str) -> ToolRun:
        """The run of one tool."""
        return next(run for run in self.judgement.runs if run.name == tool)

    def places(self, tool: str) -> set[tuple[int, str]]:
        """Where it found which rule broken."""
        run = self.of(tool)
        assert run.problem == "", run.problem
        assert not run.failed, run.failed
        return {(said.line, said.rule) for said in run.said}

    @property
    def names(self) -> set[str]:
        """The tools that have a word in it."""
        return {run.name for run in self.judgement.runs}


@pytest_asyncio.fixture
async def judge_with() -> AsyncIterator[Callable[..., ProjectJudge]]:
    """Make a judge: of a project, with programs also from other folders of the machine."""
    made: list[ProjectJudge] = []

    def make(project: Path, *programs: Path) -> ProjectJudge:
        path = os.pathsep.join([*map(str, programs), os.environ["PATH"]])
        made.append(ProjectJudge(project, {**os.environ, "PATH": path}))
        return made[-1]

    yield make
    for judge in made:
        await judge.aclose()


async def verdict_on(
    judge: ProjectJudge,
    files: Mapping[str, str],
    originals: Mapping[str, str] | None = None,
    trust: str = "all",
    is_formatting: bool = False,
) -> Verdict:
    """Let a judge judge."""
    change = Change(files, originals or {})
    return Verdict(await judge.judge(change, parse_trust(trust), is_formatting))
