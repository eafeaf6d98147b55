"""A hook answers a host in the host's own form, about what its own edit made worse, and never breaks it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from coding_standards.gate.hooks.answer import MAX_ANSWER
from coding_standards.gate.hooks.event import read_event
from coding_standards.gate.hooks.host import read_hosts
from tests.support.repositories import Repository, make_repository, run_gate

OLD = '"""A."""\n\n\ndef old(text: str) -> object:\n    """Old."""\n    return eval(text)\n'
ADDED = '\n\ndef new(text: str) -> object:\n    """New."""\n    return exec(text)\n'
HARMLESS = '\n\ndef new(text: str) -> object:\n    """New."""\n    return text\n'


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return make_repository(tmp_path, {"src/a.py": OLD})


def edits(folder: Path, old: str, new: str) -> dict[str, Mapping[str, Any]]:
    """By host: what it says after an edit of `src/a.py`, in its own words."""
    file = str(folder / "src" / "a.py")
    common = {"session_id": "s", "transcript_path": None, "cwd": str(folder)}
    lines = [*(f"-{line}" for line in old.splitlines()), *(f"+{line}" for line in (new or old).splitlines())]
    patch = "\n".join(["*** Begin Patch", "*** Update File: src/a.py", "@@", *lines, "*** End Patch"])
    return {
        "claude-code": common
        | {
            "hook_event_name": "PostToolUse",
            "tool_name": "Edit",
            "tool_input": {"file_path": file, "old_string": old, "new_string": new, "replace_all": False},
            "tool_response": {"filePath": file, "oldString": old, "newString": new, "structuredPatch": []},
        },
        "codex": common
        | {"hook_event_name": "PostToolUse", "tool_name": "apply_patch", "tool_input": {"command": patch}},
        "cursor": {
            "workspace_roots": [str(folder)],
            "hook_event_name": "postToolUse",
            "tool_name": "Write",
            "tool_input": {"file_path": file, "old_string": old, "new_string": new},
            "tool_output": "{}",
        },
        "vscode": common
        | {
            "hook_event_name": "PostToolUse",
            "tool_name": "replace_string_in_file",
            "tool_input": {"filePath": file, "oldString": old, "newString": new},
        },
        "gemini": common
        | {
            "hook_event_name": "AfterTool",
            "tool_name": "replace",
            "tool_input": {"file_path": file, "old_string": old, "new_string": new},
            "tool_response": {"llmContent": "done"},
        },
    }


STOPS: dict[str, Mapping[str, Any]] = {
    "claude-code": {"hook_event_name": "Stop", "stop_hook_active": False},
    "codex": {"hook_event_name": "Stop", "stop_hook_active": False},
    "cursor": {"hook_event_name": "stop", "status": "completed", "loop_count": 0},
    "vscode": {"hookEventName": "Stop", "stop_hook_active": False},
    "gemini": {"hook_event_name": "AfterAgent", "stop_hook_active": False},
}
NAMES = [host.name for host in read_hosts()]


def ask(host: str, event: Mapping[str, Any], folder: Path, **environ: str) -> tuple[dict[str, Any], str]:
    ran = run_gate(folder, "--hook", host, given=json.dumps(event), PROJECT_TOOLS="", **environ)
    assert ran.code == 0
    assert len(ran.output.encode()) <= MAX_ANSWER + 1
    return json.loads(ran.output or "{}"), ran.errors


def told(host: str, answer: Mapping[str, Any]) -> str:
    """What the model reads, which is where the host's documentation says."""
    inner = answer.get("hookSpecificOutput", {})
    if host == "cursor":
        return str(answer.get("additional_context") or answer.get("followup_message") or "")
    if host == "gemini" and inner:
        return str(inner["additionalContext"])
    decided = inner if "decision" in inner else answer
    wanted = {"gemini": "deny"}.get(host, "block")
    return str(decided["reason"]) if decided.get("decision") == wanted else ""


@pytest.mark.parametrize("host", NAMES)
def test_an_edit_that_breaks_a_standard_is_answered_and_one_that_does_not_is_passed(
    host: str, repository: Repository
) -> None:
    last = "    return eval(text)\n"
    repository.write({"src/a.py": OLD + ADDED})
    answer, _ = ask(host, edits(repository.folder, last, last + ADDED)[host], repository.folder)
    said = told(host, answer)
    assert "src/a.py:11" in said
    assert "SEC-002" in said
    assert "a.py:6" not in said
    repository.write({"src/a.py": OLD + HARMLESS})
    answer, _ = ask(host, edits(repository.folder, last, last + HARMLESS)[host], repository.folder)
    assert answer == {}


@pytest.mark.parametrize("host", NAMES)
def test_an_agent_is_stopped_from_stopping_once(host: str, repository: Repository) -> None:
    repository.write({"src/a.py": OLD + ADDED})
    where = {"cwd": str(repository.folder), "workspace_roots": [str(repository.folder)]}
    answer, _ = ask(host, {**where, **STOPS[host]}, repository.folder)
    assert "src/a.py:11" in told(host, answer)
    again = {"stop_hook_active": True, "loop_count": 1}
    assert ask(host, {**where, **STOPS[host], **again}, repository.folder)[0] == {}


def test_what_was_broken_before_the_edit_holds_up_nobody_with_or_without_git(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "a.py").write_text(OLD + ADDED + "\nLIMIT = 2\n")
    event = edits(tmp_path, "LIMIT = 1\n", "LIMIT = 2\n")["gemini"]
    assert ask("gemini", event, tmp_path)[0] == {}
    make_repository(tmp_path)  # nothing of it is committed
    assert ask("gemini", event, tmp_path)[0] == {}


def test_a_file_that_was_there_before_is_compared_with_what_the_host_says_of_it(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(OLD + HARMLESS)
    event = {
        "cwd": str(tmp_path),
        "hook_event_name": "PostToolUse",
        "tool_name": "Write",
        "tool_input": {"file_path": str(tmp_path / "a.py"), "content": OLD + HARMLESS},
        "tool_response": {"type": "update", "originalFile": OLD},
    }
    assert ask("claude-code", event, tmp_path)[0] == {}
    event["tool_response"] = {"type": "create", "originalFile": None}
    assert "a.py:6" in told("claude-code", ask("claude-code", event, tmp_path)[0])


def test_an_edit_that_silences_a_judge_is_told_so_without_being_held_up(repository: Repository) -> None:
    repository.write({"src/a.py": OLD.replace('"""A."""\n', '"""A."""\n\nimport os  # noqa: F401\n')})
    event = edits(repository.folder, '"""A."""\n', '"""A."""\n\nimport os  # noqa: F401\n')["claude-code"]
    answer, _ = ask("claude-code", event, repository.folder)
    assert "decision" not in answer
    assert "silences" in answer["hookSpecificOutput"]["additionalContext"]


def test_an_answer_is_short_however_much_there_is_to_say(tmp_path: Path) -> None:
    many = '"""A."""\n' + "".join(
        f'\n\ndef f{n}(text: str) -> object:\n    """F."""\n    return eval(text)  # {"é" * 80}\n' for n in range(90)
    )
    make_repository(tmp_path).write({"a.py": many})
    event = {"cwd": str(tmp_path), "hook_event_name": "PostToolUse", "tool_input": {"file_path": "a.py"}}
    said = told("codex", ask("codex", event, tmp_path)[0])
    assert said.startswith("90 new breaches")
    assert " more." in said


@pytest.mark.parametrize(
    ("host", "given"),
    [
        *((host, "nonsense") for host in NAMES),
        # What comes in is read alike, whoever says it.
        *(("codex", given) for given in ("", "[]", "{}", '{"tool_input": 7}', '{"hook_event_name": "Stop"}')),
    ],
)
def test_whatever_a_host_says_it_is_never_broken(host: str, given: str, tmp_path: Path) -> None:
    ran = run_gate(tmp_path, "--hook", host, given=given)
    assert ran.code == 0
    assert "Traceback" not in ran.errors
    assert json.loads(ran.output or "{}") == {}


def test_a_file_of_no_language_of_ours_costs_nothing(tmp_path: Path) -> None:
    event = {"cwd": str(tmp_path), "hook_event_name": "PostToolUse", "tool_input": {"file_path": "README.md"}}
    assert ask("claude-code", event, tmp_path) == ({}, "")


def test_a_patch_of_several_files_is_read_as_one_edit_each() -> None:
    patch = (
        "*** Begin Patch\n*** Update File: a.py\n@@ def f\n a\n-b\n+c\n*** Add File: n.py\n+x\n"
        "*** Delete File: d.py\n*** Update File: e.py\n*** Move to: f.py\n@@\n-g\n+h\n*** End Patch"
    )
    event = read_event(json.dumps({"hook_event_name": "PostToolUse", "tool_input": {"command": patch}}))
    assert [(edit.path, edit.pairs, edit.is_new) for edit in event.edits] == [
        ("a.py", (("a\nb\n", "a\nc\n"),), False),
        ("n.py", (), True),
        ("f.py", (("g\n", "h\n"),), False),
    ]
    assert event.edits[0].undo("a\nc\nz\n") == "a\nb\nz\n"
    assert event.edits[0].undo("a\nc\na\nc\n") is None


def test_lists_of_edits_and_of_files_are_read() -> None:
    several = {
        "file_path": "a.py",
        "edits": [{"old_string": "a", "new_string": "b"}, {"old_string": "c", "new_string": "d"}],
    }
    (edit,) = read_event(json.dumps({"tool_input": several})).edits
    assert (edit.path, edit.undo("b d")) == ("a.py", "a c")
    files = read_event(json.dumps({"toolArgs": json.dumps({"files": ["a.py", "b.py"]})})).edits
    assert [one.path for one in files] == ["a.py", "b.py"]
