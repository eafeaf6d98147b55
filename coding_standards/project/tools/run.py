"""One tool at work on some files: its runs, what they say, and which files it left out.

Its one rule: a tool that did not do its work is named with the reason and the remedy; nothing is concluded from it.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from coding_standards.project.tools.commands import Command
from coding_standards.project.tools.configured import Configured
from coding_standards.project.tools.process import Ran, ToolFailedError
from coding_standards.project.tools.reading import Places, explain, read_output
from coding_standards.project.tools.tool import FormattedForm, Said

MAX_DIFF_LINES = 12


@dataclass(frozen=True)
class ToolRun:
    """What came of one tool."""

    configured: Configured
    version: str = ""
    said: tuple[Said, ...] = ()
    """About the answer's files and, where they break others, about those."""
    old: int = 0
    """What it says that it said before the answer, too."""
    problem: str = ""
    """Why it did not judge, and what helps."""
    left_out: frozenset[str] = frozenset()
    """Files of the answer that it does not look at."""
    failed: Mapping[str, str] = field(default_factory=dict)
    """By path: why it could not judge that one, where it takes one file at a time."""
    formatted: Mapping[str, str] = field(default_factory=dict)
    """By path: the text as the formatter has it, where it differs."""

    @property
    def name(self) -> str:
        """The tool's."""
        return self.configured.tool.name

    @property
    def engine(self) -> str:
        """The tool with its version and configuration, for people: `eslint 9.30.1 (eslint.config.js)`."""
        version = f" {self.version}" if self.version else ""
        return f"{self.name}{version} ({self.configured.config})"


def read_run(run: ToolRun, command: Command, ran: Ran, places: Places, texts: Mapping[str, str]) -> ToolRun:
    """The run with what one of its commands said added.

    Raises:
        ToolFailedError: what it wrote cannot be believed.
    """
    tool = run.configured.tool
    if isinstance(tool.form, FormattedForm):
        return _read_formatted(run, command, ran, texts)
    said = read_output(tool, ran, places, command.files)
    left_out = set(run.left_out)
    if tool.ignored:
        left_out |= {one.file for one in said if re.search(tool.ignored, one.message)}
        said = [one for one in said if not re.search(tool.ignored, one.message)]
    if tool.is_listing:
        listed = {places.relative(line) for line in ran.output.decode("utf-8", "replace").splitlines()}
        left_out |= {path for path in command.files if path not in listed}
    return replace(run, said=(*run.said, *(one for one in said if one.file)), left_out=frozenset(left_out))


def subtract_old(
    run: ToolRun, before: ToolRun | None, texts: Mapping[str, str], originals: Mapping[str, str]
) -> ToolRun:
    """The run with only what is new: what it said before of the same line is counted.

    Without a run before, what it says of other files is taken to be old: a file that is new breaks no other.
    """
    if before is None:
        new = tuple(one for one in run.said if one.file in texts)
        return replace(run, said=new, old=run.old + len(run.said) - len(new))
    known = Counter(_key(one, originals) for one in before.said)
    new_said: list[Said] = []
    for one in run.said:
        key = _key(one, texts)
        if known[key] > 0:
            known[key] -= 1
        else:
            new_said.append(one)
    return replace(run, said=tuple(new_said), old=run.old + len(run.said) - len(new_said))


def merge_runs(runs: Sequence[ToolRun]) -> list[ToolRun]:
    """Runs of one tool under several configurations that follow one another; a file is left out that all leave out."""
    by_tool: dict[tuple[str, tuple[str, ...]], list[ToolRun]] = {}
    for run in runs:
        by_tool.setdefault((run.name, run.configured.files), []).append(run)
    merged: list[ToolRun] = []
    for same in by_tool.values():
        left_out = frozenset.intersection(*(run.left_out for run in same))
        said = tuple(dict.fromkeys(one for run in same for one in run.said))
        problem = next((run.problem for run in same if run.problem), "")
        merged.append(replace(same[0], said=said, problem=problem, left_out=left_out, old=max(run.old for run in same)))
    return merged


def _key(said: Said, texts: Mapping[str, str]) -> tuple[str, str, str, str]:
    """What stays the same when lines are added above."""
    lines = texts.get(said.file, "").split("\n")
    line = lines[said.line - 1].strip() if 0 < said.line <= len(lines) else ""
    return said.file, said.rule, re.sub(r"\d+", "0", said.message), line


def _read_formatted(run: ToolRun, command: Command, ran: Ran, texts: Mapping[str, str]) -> ToolRun:
    tool, path = run.configured.tool, command.files[0]
    if not tool.can_be_believed(ran.exit_code):
        if tool.ignored and re.search(tool.ignored, ran.text):
            return replace(run, left_out=run.left_out | {path})
        return replace(run, failed={**run.failed, path: f"cannot format it: {explain(ran)}"})
    try:
        text = ran.output.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ToolFailedError("wrote something that is not UTF-8") from error
    if text == texts[path] or (not text.strip() and texts[path].strip()):  # ignored files come back empty from some
        return run
    said = Said(run.name, "", path, _first_change(texts[path], text), 0, "error", _describe(texts[path], text))
    return replace(run, said=(*run.said, said), formatted={**run.formatted, path: text})


def _first_change(before: str, after: str) -> int:
    lines = zip(before.split("\n"), after.split("\n"), strict=False)
    return next((number for number, (old, new) in enumerate(lines, start=1) if old != new), 1)


def _describe(before: str, after: str) -> str:
    """The first lines of the difference."""
    changes = list(_changes(before.splitlines(), after.splitlines()))
    shown = "\n".join(line[:160] for line in changes[:MAX_DIFF_LINES])
    more = f"\n... and {len(changes) - MAX_DIFF_LINES} lines more" if len(changes) > MAX_DIFF_LINES else ""
    return f"The team's formatter has it otherwise:\n{shown}{more}" if changes else "The line ends differ."


def _changes(before: list[str], after: list[str]) -> Iterable[str]:
    for line in difflib.unified_diff(before, after, n=0, lineterm=""):
        if not line.startswith(("---", "+++", "@@")):
            yield line
