"""The story of a request with a scripted model and the real standards server: every way an answer can come out."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio
import pytest
import pytest_asyncio
from agents.testing import ScriptedModel, assistant_message, function_call

from code_assistant.context import Gatherer
from code_assistant.documentation.ladder import Documents
from code_assistant.generation.assistant import Assistant
from code_assistant.generation.checks import Checker
from code_assistant.markdown import render
from code_assistant.orchestrator import Orchestrator
from code_assistant.progress import Progress
from code_assistant.request import parse_request
from code_assistant.result import NOTHING_CHECKED, GenerationError, GenerationResult
from code_assistant.settings import Settings
from tests.support import processes

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.process]

WAIT_S = 60
SETTINGS = Settings(model="scripted", context7="off", environ=dict(os.environ))

CLEAN = '''"""Add numbers."""


def add(left: int, right: int) -> int:
    """Return the sum of two numbers."""
    return left + right
'''
BARE_EXCEPT = CLEAN + "\n\ntry:\n    add(1, 2)\nexcept:\n    pass\n"
EVAL = CLEAN.replace("return left + right", "return int(eval(input()))")
WARNED = CLEAN.partition("\n\n\n")[2]  # without the docstring of the module
LOOSE = CLEAN.replace("\n\n\ndef", "\nimport os\n\n\ndef").replace("left + right\n", "left + right  \n")
TEST = '''"""Tests of add."""

from add import add


def test_two_numbers_are_added() -> None:
    """One and one are two."""
    assert add(1, 1) == 2
'''


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def orchestrator() -> AsyncIterator[Orchestrator]:
    """One orchestrator whose children are real and whose model each test replaces."""
    orchestrator = Orchestrator(SETTINGS)
    orchestrator.fleet.start()
    await orchestrator.fleet.children["standards"].wait_ready(WAIT_S)
    yield orchestrator
    await orchestrator.stop()


def answered(*files: tuple[str, str], explanation: str = "Adds.", **more: Any) -> list[Any]:
    """A model's answer in the schema."""
    listed = [{"path": path, "content": content} for path, content in files]
    return said(json.dumps({"files": listed, "explanation": explanation, **more}))


def said(text: str) -> list[Any]:
    return [assistant_message(text)]


async def generate(
    orchestrator: Orchestrator, *steps: Any, settings: Settings = SETTINGS, **arguments: Any
) -> tuple[GenerationResult, ScriptedModel]:
    model = ScriptedModel(list(steps))
    standards = orchestrator.fleet.children["standards"]
    gatherer = Gatherer(standards, Documents(None), settings.context_chars)
    assistant = Assistant(settings, gatherer, Checker(standards), (standards,), model)
    request = parse_request({"request": "Add two numbers", **arguments})
    with anyio.fail_after(WAIT_S):
        return await assistant.answer(request, Progress()), model


async def test_a_clean_answer_takes_one_turn(orchestrator: Orchestrator) -> None:
    result, model = await generate(orchestrator, answered(("add.py", CLEAN)))
    assert result.status == "generated"
    assert result.files[0].content == CLEAN
    assert result.checks.findings == ()
    assert result.checks.rounds == 0
    assert "0 fail" in result.checks.summary
    assert result.usage.turns == 1
    assert "GEN-005" in result.checks.proved
    assert "PY-003" in result.checks.no_breach_found
    assert model.remaining_steps == 0


async def test_the_model_sees_standards_and_request_and_no_more_turns(orchestrator: Orchestrator) -> None:
    _, model = await generate(orchestrator, answered(("add.py", CLEAN)))
    seen = str(model.calls[0].input)
    assert "PY-001" in seen
    assert "Add two numbers" in seen
    assert {"get_standards", "search_standards", "check_code"} <= {tool.name for tool in model.calls[0].tools}


async def test_an_error_is_repaired_in_the_first_round(orchestrator: Orchestrator) -> None:
    result, model = await generate(orchestrator, answered(("add.py", BARE_EXCEPT)), answered(("add.py", CLEAN)))
    assert result.files[0].content == CLEAN
    assert result.checks.rounds == 1
    assert result.checks.findings == ()
    repair = str(model.calls[1].input)
    assert "add.py:" in repair
    assert "except:" in repair
    assert "Add two numbers" in repair  # the same conversation


async def test_an_error_is_repaired_in_the_second_round(orchestrator: Orchestrator) -> None:
    steps = [answered(("add.py", BARE_EXCEPT)), answered(("add.py", EVAL)), answered(("add.py", CLEAN))]
    result, _ = await generate(orchestrator, *steps)
    assert result.checks.rounds == 2
    assert result.checks.findings == ()


async def test_what_is_never_repaired_is_returned_with_its_findings_on_top(orchestrator: Orchestrator) -> None:
    steps = [
        answered(("add.py", BARE_EXCEPT)),
        answered(("add.py", EVAL)),
        answered(("add.py", BARE_EXCEPT + "\n\nX = 1\n")),
    ]
    result, _ = await generate(orchestrator, *steps)
    assert result.checks.rounds == 2
    assert any(finding.severity == "error" for finding in result.checks.findings)
    assert result.files


async def test_repairing_ends_when_a_round_changes_nothing(orchestrator: Orchestrator) -> None:
    same = answered(("add.py", BARE_EXCEPT))
    result, model = await generate(orchestrator, same, same, same)
    assert result.checks.rounds == 1
    assert model.remaining_steps == 1


async def test_a_repair_that_makes_it_worse_is_not_taken(orchestrator: Orchestrator) -> None:
    worse = BARE_EXCEPT + '\n\nPASSWORD_HASH = __import__("hashlib").md5(b"x")\neval(input())\nexec(input())\n'
    result, _ = await generate(
        orchestrator, answered(("add.py", BARE_EXCEPT)), answered(("add.py", worse)), answered(("add.py", worse + "\n"))
    )
    assert result.files[0].content == BARE_EXCEPT


async def test_warnings_alone_are_repaired_while_a_round_is_free(orchestrator: Orchestrator) -> None:
    result, _ = await generate(orchestrator, answered(("add.py", WARNED)), answered(("add.py", CLEAN)))
    assert result.checks.rounds == 1
    assert result.checks.findings == ()


async def test_what_a_machine_can_mend_costs_no_turn(orchestrator: Orchestrator) -> None:
    result, _ = await generate(orchestrator, answered(("add.py", LOOSE)))
    assert (result.files[0].content, result.checks.findings) == (CLEAN, ())
    assert (result.checks.mended, result.checks.rounds, result.usage.turns) == (("add.py",), 0, 1)
    assert "Mended without the model (imports, white space, old spelling): add.py." in render(result, 60_000)


async def test_no_round_means_no_repair(orchestrator: Orchestrator) -> None:
    settings = Settings(model="scripted", context7="off", repair_rounds=0, environ=dict(os.environ))
    result, _ = await generate(orchestrator, answered(("add.py", BARE_EXCEPT)), settings=settings)
    assert result.checks.rounds == 0
    assert result.checks.findings


async def test_json_in_a_fence_is_read(orchestrator: Orchestrator) -> None:
    text = json.dumps({"files": [{"path": "add.py", "content": CLEAN}], "explanation": "x"})
    result, _ = await generate(orchestrator, said(f"Here you are:\n\n```json\n{text}\n```\n"))
    assert result.files[0].content == CLEAN


async def test_prose_with_fenced_code_is_read(orchestrator: Orchestrator) -> None:
    result, _ = await generate(orchestrator, said(f"The file `src/add.py`:\n\n```python\n{CLEAN}```\n\nIt adds."))
    assert (result.files[0].path, result.files[0].content) == ("src/add.py", CLEAN)
    assert "It adds." in result.explanation


async def test_prose_without_code_is_asked_again(orchestrator: Orchestrator) -> None:
    result, model = await generate(orchestrator, said("I would add them."), answered(("add.py", CLEAN)))
    assert result.files
    assert "at least one complete file" in str(model.calls[1].input)


async def test_an_answer_that_never_has_a_file_says_so(orchestrator: Orchestrator) -> None:
    result, _ = await generate(orchestrator, answered(), answered(explanation="No."))
    assert result.files == ()
    assert [finding.rule for finding in result.checks.findings] == ["request-no-files"]
    assert result.checks.summary == NOTHING_CHECKED


async def test_several_files_are_all_checked(orchestrator: Orchestrator) -> None:
    steps = (
        answered(("add.py", CLEAN), ("sub/other.py", BARE_EXCEPT)),
        answered(("add.py", CLEAN), ("sub/other.py", CLEAN)),
    )
    result, model = await generate(orchestrator, *steps)
    assert len(result.files) == 2
    assert "sub/other.py:" in str(model.calls[1].input)


async def test_tests_that_were_asked_for_and_are_not_there_are_a_finding(orchestrator: Orchestrator) -> None:
    result, model = await generate(
        orchestrator,
        answered(("add.py", CLEAN)),
        answered(("add.py", CLEAN), ("tests/test_add.py", TEST)),
        include_tests=True,
    )
    assert "Add the tests that were asked for" in str(model.calls[1].input)
    assert [file.role for file in result.files] == ["source", "test"]
    assert result.checks.findings == ()


async def test_undocumented_names_are_an_error_when_documentation_was_asked_for(orchestrator: Orchestrator) -> None:
    bare = '"""Add numbers."""\n\n\ndef add(left: int, right: int) -> int:\n    return left + right\n'
    result, _ = await generate(orchestrator, answered(("add.py", bare)), answered(("add.py", CLEAN)))
    assert result.checks.rounds == 1
    result, _ = await generate(
        orchestrator, answered(("add.py", bare)), answered(("add.py", CLEAN)), include_docs=False
    )
    assert all(finding.severity == "warning" for finding in result.checks.findings)


async def test_another_language_is_a_finding(orchestrator: Orchestrator) -> None:
    result, _ = await generate(orchestrator, answered(("add.go", "package add\n")), answered(("add.py", CLEAN)))
    assert result.files[0].language == "python"
    assert result.checks.rounds == 1


@pytest.mark.parametrize("path", ["../add.py", "/etc/add.py", "C:\\add.py", "a/../../add.py", "~/add.py", ""])
async def test_a_path_that_leaves_the_folder_is_a_finding(orchestrator: Orchestrator, path: str) -> None:
    result, _ = await generate(orchestrator, answered((path, CLEAN)), answered(("add.py", CLEAN)))
    assert result.checks.rounds == 1
    assert result.files[0].path == "add.py"
    stubborn, _ = await generate(orchestrator, answered((path, CLEAN)), answered((path, CLEAN)))
    assert stubborn.files[0].path in ("path-refused/add.py", "path-refused/unnamed")
    assert any(finding.rule == "request-path-leaves-folder" for finding in stubborn.checks.findings)


async def test_an_empty_answer_is_an_error_after_one_turn(orchestrator: Orchestrator) -> None:
    with pytest.raises(GenerationError, match="empty answer"):
        await generate(orchestrator, said(""), answered(("add.py", CLEAN)))


async def test_a_failing_repair_does_not_lose_the_answer(orchestrator: Orchestrator) -> None:
    result, _ = await generate(orchestrator, answered(("add.py", BARE_EXCEPT)), RuntimeError("the line is dead"))
    assert result.files[0].content == BARE_EXCEPT
    assert result.missing[-1].what == "repair round 1"


async def test_a_huge_answer_is_returned_and_said_to_be_unchecked(orchestrator: Orchestrator) -> None:
    huge = "VALUE = 1\n" * 200_000
    result, _ = await generate(orchestrator, answered(("add.py", huge)), answered(("add.py", huge)))
    assert len(result.files[0].content) == len(huge)
    assert result.checks.summary == NOTHING_CHECKED
    assert "add.py" in result.checks.not_checked[0]


async def test_the_models_tool_calls_reach_the_children_and_come_back_delimited(orchestrator: Orchestrator) -> None:
    calls = [function_call("search_standards", {"query": "type hints", "language": "python"}, call_id="1")]
    result, model = await generate(orchestrator, calls, answered(("add.py", CLEAN)))
    assert result.usage.tool_calls == 1
    assert "<tool_output source" in str(model.calls[1].input)
    assert "PY-001" in str(model.calls[1].input)


async def test_a_team_folder_that_is_not_there_is_told(orchestrator: Orchestrator, tmp_path: Path) -> None:
    settings = replace(SETTINGS, standards_dir=str(tmp_path / "nowhere"))
    result, _ = await generate(orchestrator, answered(("add.py", CLEAN)), settings=settings)
    (gap,) = result.missing
    assert (gap.what, gap.remedy) == ("the team's standards", "correct CODE_ASSISTANT_STANDARDS_DIR")


async def test_existing_code_goes_to_the_model_with_its_path(orchestrator: Orchestrator) -> None:
    more: dict[str, Any] = {"existing_code": CLEAN, "existing_path": 'src/"add".py'}
    _, model = await generate(orchestrator, answered(("src/add.py", CLEAN)), **more)
    assert '<existing_code path="src/ add .py">' in json.dumps(model.calls[0].input).replace('\\"', '"')


async def test_an_unknown_tool_is_told_to_the_model(orchestrator: Orchestrator) -> None:
    calls = [function_call("rm_rf", {}, call_id="1")]
    result, _ = await generate(orchestrator, calls, answered(("add.py", CLEAN)))
    assert result.files[0].content == CLEAN


async def test_a_standards_server_that_dies_costs_its_part_and_not_the_answer(orchestrator: Orchestrator) -> None:
    processes.need_proc()
    child = orchestrator.fleet.children["standards"]
    assert child.pid is not None
    os.kill(child.pid, signal.SIGSTOP)  # it neither answers nor ends
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("code_assistant.generation.checks.CHECK_TIMEOUT_S", 0.5)
            patch.setattr("code_assistant.context.STANDARDS_TIMEOUT_S", 0.5)
            result, _ = await generate(orchestrator, answered(("add.py", CLEAN)))
    finally:
        os.kill(child.pid, signal.SIGCONT)
    assert result.checks.summary == NOTHING_CHECKED
    assert (result.checks.proved, result.checks.no_breach_found) == ((), ())
    assert {entry.what for entry in result.missing} == {"coding standards", "the check of add.py"}
    os.kill(child.pid, signal.SIGKILL)
    result, _ = await generate(orchestrator, answered(("add.py", CLEAN)))
    assert result.checks.findings == ()
    assert "0 fail" in result.checks.summary
