"""A hook at work: the host's question on stdin, the judge, the host's own form of an answer on stdout.

Its one rule: a host is never broken by us. Whatever fails is a line on stderr and exit code 0, and an agent is only
held up for what its own edit made worse.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from coding_standards.gate.hooks.event import Edit, Event, read_event
from coding_standards.gate.hooks.host import HookHost, Shape, fill, find_host
from coding_standards.languages import language_of_path
from groundwork.plural import count_of

if TYPE_CHECKING:
    from coding_standards.gate.judging import Verdict
    from coding_standards.gate.selection import Candidate
    from coding_standards.report import Finding

MAX_ANSWER = 10_000
"""Bytes; hosts cut longer ones, and an agent mends the first ones and is judged again."""
_MAX_FILES = 200
_MAX_EXCERPT = 100


def answer_hook(name: str, environ: Mapping[str, str]) -> int:
    """Answer one question. Returns the exit code, which is 0 whatever happens."""
    host = find_host(name)
    assert host is not None
    said = host.silence
    try:
        event = read_event(sys.stdin.buffer.read().decode("utf-8", "replace"))
        said = _answer(host, event, environ) or said
    except Exception as error:  # noqa: BLE001 - the boundary: the host and its user must not pay for a failure of ours
        print(f"coding-standards: the edit was not judged: {type(error).__name__}: {error}", file=sys.stderr)
    if said:
        sys.stdout.buffer.write(said.encode("utf-8", "replace") + b"\n")
        sys.stdout.flush()
    return 0


def _answer(host: HookHost, event: Event, environ: Mapping[str, str]) -> str:
    if event.kind == "stop" and event.is_repeated:
        return ""
    ours = tuple(edit for edit in event.edits if language_of_path(edit.path) is not None)
    if event.kind == "edit" and not ours:
        return ""
    candidates, root = _select_changed(event) if event.kind == "stop" else _select_edited(replace(event, edits=ours))
    if not candidates:
        return ""
    verdicts = _judge(candidates, root, environ)
    for verdict in verdicts:
        if verdict.failed:
            print(f"coding-standards: {verdict.path} was not judged: {verdict.failed}", file=sys.stderr)
    return _say(host, event, verdicts)


def _select_edited(event: Event) -> tuple[list[Candidate], Path]:
    """The files of an edit, each with what stood in it before: by the edit itself, else by the last commit."""
    from coding_standards.gate import repository
    from coding_standards.gate.selection import MAX_BYTES, Candidate

    folder = Path(event.folder)
    first = Path(os.path.realpath(folder / event.edits[0].path))
    found = repository.find_root(first)
    root = Path(os.path.realpath(found or folder))
    candidates: list[Candidate] = []
    for edit in event.edits:
        file = Path(os.path.realpath(folder / edit.path))
        if not file.is_file() or not file.is_relative_to(root):
            continue
        path = file.relative_to(root).as_posix()
        before = _before(edit, file)
        if before is None and found is not None and not edit.is_new:
            before = repository.read_blobs(root, [f"HEAD:{path}"], MAX_BYTES)[f"HEAD:{path}"]
        if before is None and edit.pairs:
            continue  # an edit of a file that stood there, and nobody knows what was in it
        candidates.append(Candidate(path, file, before=before))
    return candidates, root


def _before(edit: Edit, file: Path) -> bytes | None:
    text = edit.undo(file.read_bytes().decode("utf-8", "surrogateescape").replace("\r\n", "\n"))
    return text.encode("utf-8", "surrogateescape") if text is not None else None


def _select_changed(event: Event) -> tuple[list[Candidate], Path]:
    """What the working tree has that the last commit has not."""
    from coding_standards.gate import repository
    from coding_standards.gate.selection import select_changes

    found = repository.find_root(Path(event.folder))
    if found is None:
        return [], Path(event.folder)
    root = Path(os.path.realpath(found))
    return select_changes(root, [], "HEAD").files[:_MAX_FILES], root


def _judge(candidates: Sequence[Candidate], root: Path, environ: Mapping[str, str]) -> Sequence[Verdict]:
    from coding_standards.gate.judging import Manner
    from coding_standards.gate.pool import count_processors, judge_files
    from coding_standards.library.store import load_library
    from coding_standards.server.environment import read_directories

    directories = read_directories(environ)
    library = load_library(directories.team, directories.project or root)
    manner = Manner(is_compared=True, lists_suppressions=True)
    verdicts = judge_files(candidates, library, manner, count_processors(), lambda done: None)
    if not environ.get("PROJECT_TOOLS"):  # an agent waits; who wants a type checker after every edit says so
        return verdicts
    from coding_standards.gate.project_tools import judge_by_tools

    return judge_by_tools(verdicts, candidates, library, directories.trust, manner)[0]


def _say(host: HookHost, event: Event, verdicts: Sequence[Verdict]) -> str:
    from coding_standards.gate.judging import is_breach
    from coding_standards.suppressions.ledger import is_suppression

    found = [(verdict, finding) for verdict in verdicts for finding in verdict.findings]
    breaches = [_line(verdict, one) for verdict, one in found if is_breach(one, "error")]
    silenced = [_line(verdict, one) for verdict, one in found if is_suppression(one)]
    if breaches:
        where = "in this edit" if event.kind == "edit" else "in the uncommitted changes"
        head = f"{count_of(len(breaches), 'new breach', 'es')} of the team's coding standards {where}:"
        tail = [*_also(silenced), "Mend the cause; do not silence the judge."]
        shape = host.block_edit if event.kind == "edit" else host.block_stop
        return _fit(lambda text: _write(shape, event, text), head, breaches, tail)
    if silenced and event.kind == "edit":
        return _fit(
            lambda text: _write(host.hint, event, text),
            "This edit silences a judge; mend what it hides, or tell the user why it has to be:",
            silenced,
            [],
        )
    return ""


def _write(shape: Shape, event: Event, text: str) -> str:
    return json.dumps(fill(shape, event=event.name, text=text), ensure_ascii=False)


def _also(silenced: Sequence[str]) -> Iterator[str]:
    if silenced:
        yield "It also silences judges:"
        yield from silenced[:5]


def _fit(make: Callable[[str], str], head: str, lines: Sequence[str], tail: Sequence[str]) -> str:
    """The answer with as many of the lines as there is room for."""
    shown = len(lines)
    while True:
        more = [f"and {len(lines) - shown} more."] if shown < len(lines) else []
        answer = make("\n".join([head, *lines[:shown], *more, *tail]))
        if len(answer.encode("utf-8", "replace")) <= MAX_ANSWER or not shown:
            return answer
        shown = shown * 3 // 4


def _line(verdict: Verdict, finding: Finding) -> str:
    place = f"{verdict.path}:{finding.line}" if finding.line else verdict.path
    items = f" {', '.join(finding.items)}" if finding.items else ""
    excerpt = finding.excerpt if len(finding.excerpt) <= _MAX_EXCERPT else f"{finding.excerpt[:_MAX_EXCERPT]}..."
    shown = f" `{excerpt}`" if excerpt else ""
    return f"- {place}:{shown} {' '.join(finding.message.split())[:500]} [{finding.rule}{items}]"
