"""What a repair may cost: turns up to the limit, and never a file."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any, cast

import anyio
import pytest
import pytest_asyncio
from agents.testing import ScriptedModel, function_call
from mcp.types import CallToolResult

from code_assistant.children.child import Child
from code_assistant.children.errors import ChildError
from code_assistant.context import Gatherer
from code_assistant.documentation.ladder import Documents
from code_assistant.generation.assistant import Assistant
from code_assistant.generation.checks import Checker
from code_assistant.orchestrator import Orchestrator
from code_assistant.progress import Progress
from code_assistant.request import parse_request
from tests.code_assistant.generation.test_assistant import (
    BARE_EXCEPT,
    CLEAN,
    SETTINGS,
    WAIT_S,
    answered,
    generate,
    said,
)

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.process]

OTHER = CLEAN.replace("numbers", "more numbers")
GO = """// Package add adds.
package add

// Add returns the sum of two numbers.
func Add(left, right int) int {
\treturn left + right
}
"""


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def children() -> AsyncIterator[Orchestrator]:
    """Real children; each test brings its own model."""
    orchestrator = Orchestrator(SETTINGS)
    orchestrator.fleet.start()
    await orchestrator.fleet.children["standards"].wait_ready(WAIT_S)
    yield orchestrator
    await orchestrator.stop()


async def test_files_that_a_repair_leaves_out_stay_in_the_answer(children: Orchestrator) -> None:
    first = answered(("one.py", OTHER), ("two.py", BARE_EXCEPT), ("three.py", OTHER))
    result, _ = await generate(children, first, answered(("two.py", CLEAN)))
    assert {file.path for file in result.files} == {"one.py", "two.py", "three.py"}
    assert result.checks.findings == ()


async def test_a_repair_that_only_drops_the_bad_file_mends_nothing(children: Orchestrator) -> None:
    first = answered(("one.py", OTHER), ("two.py", BARE_EXCEPT))
    result, _ = await generate(children, first, answered(("one.py", OTHER)))
    assert {file.path for file in result.files} == {"one.py", "two.py"}
    assert any(finding.file == "two.py" for finding in result.checks.findings)


async def test_a_repair_without_files_loses_none_and_is_told(children: Orchestrator) -> None:
    result, _ = await generate(children, answered(("add.py", BARE_EXCEPT)), said("Sorry, I cannot."))
    assert result.files[0].content == BARE_EXCEPT
    assert result.explanation == "Adds."
    assert [(gap.what, gap.why) for gap in result.missing] == [("repair round 1", "the model answered without files")]


async def test_a_repair_in_another_language_is_not_taken(children: Orchestrator) -> None:
    result, _ = await generate(children, answered(("add.py", BARE_EXCEPT)), answered(("add.go", GO)), said("No."))
    assert [file.path for file in result.files] == ["add.py"]


async def test_a_file_whose_path_was_wrong_gives_way_to_its_successor(children: Orchestrator) -> None:
    first = answered(("../add.py", CLEAN), ("more.py", OTHER))
    result, _ = await generate(children, first, answered(("add.py", CLEAN)))
    assert {file.path for file in result.files} == {"add.py", "more.py"}


async def test_a_file_in_a_language_that_nobody_asked_for_is_a_warning(children: Orchestrator) -> None:
    files = (("add.py", CLEAN), ("add.go", GO), ("page.html", "<p>x</p>\n"))
    result, _ = await generate(children, answered(*files), settings=replace(SETTINGS, repair_rounds=0))
    found = [(finding.rule, finding.file, finding.severity) for finding in result.checks.findings]
    assert ("request-other-language", "add.go", "warning") in found
    assert not [entry for entry in found if entry[0] == "request-other-language" and entry[1] != "add.go"]


async def test_code_is_checked_whatever_role_the_model_gives_it(children: Orchestrator) -> None:
    files = [{"path": "add.py", "content": BARE_EXCEPT, "role": "doc"}]
    result, _ = await generate(
        children, answered(explanation="x", files=files), settings=replace(SETTINGS, repair_rounds=0)
    )
    assert result.files[0].role == "source"
    assert any(finding.severity == "error" for finding in result.checks.findings)


async def test_all_rounds_together_have_the_turns_of_one_generation(children: Orchestrator) -> None:
    def look(number: int) -> list[object]:
        return [function_call("search_standards", {"query": "names"}, call_id=str(number))]

    steps = [look(1), answered(("add.py", BARE_EXCEPT)), look(2), look(3), look(4)]
    result, model = await generate(children, *steps, settings=replace(SETTINGS, max_turns=4))
    assert result.usage.turns == 4
    assert model.remaining_steps == 1
    assert result.files[0].content == BARE_EXCEPT
    assert any("turns" in gap.why or "without files" in gap.why for gap in result.missing)


async def test_a_file_is_renamed_by_a_repair_that_removes_the_old_one(children: Orchestrator) -> None:
    first = answered(("Add.py", BARE_EXCEPT), ("more.py", OTHER))
    result, model = await generate(children, first, answered(("add.py", CLEAN), removed=["Add.py"]))
    assert {file.path for file in result.files} == {"add.py", "more.py"}
    assert "`removed`" in str(model.calls[1].input)


async def test_a_file_in_another_language_stays_until_the_model_takes_it_back(children: Orchestrator) -> None:
    first = answered(("add.py", BARE_EXCEPT), ("static/add.js", "export const one = 1;\n"))
    result, _ = await generate(children, first, answered(("add.py", CLEAN)), answered(("add.py", CLEAN)))
    assert "static/add.js" in {file.path for file in result.files}


async def test_a_block_that_nobody_named_goes_with_the_next_answer(children: Orchestrator) -> None:
    first = said(f"```python add.py\n{BARE_EXCEPT}```\n\nUse it so:\n\n```python\nfrom add import add\nadd(1 2)\n```")
    result, _ = await generate(children, first, answered(("add.py", CLEAN)))
    assert [file.path for file in result.files] == ["add.py"]
    assert result.checks.findings == ()


class _ChecksOnce:
    """A standards server that answers one check and is gone."""

    def __init__(self, real: Child) -> None:
        self._real = real
        self._answered = 0

    async def call_tool(self, name: str, arguments: Mapping[str, Any], timeout_s: float) -> CallToolResult:
        self._answered += 1
        if self._answered > 1:
            raise ChildError("standards", "it is gone", "wait a moment")
        return await self._real.call_tool(name, arguments, timeout_s)


async def test_a_repair_that_cannot_be_checked_does_not_hide_what_was_found(children: Orchestrator) -> None:
    standards = children.fleet.children["standards"]
    checker = Checker(cast(Child, _ChecksOnce(standards)))
    model = ScriptedModel([answered(("add.py", BARE_EXCEPT)), answered(("add.py", BARE_EXCEPT + "X = 1\n"))])
    gatherer = Gatherer(standards, Documents(None), SETTINGS.context_chars)
    assistant = Assistant(SETTINGS, gatherer, checker, (standards,), model)
    with anyio.fail_after(WAIT_S):
        result = await assistant.answer(parse_request({"request": "Add"}), Progress())
    assert result.files[0].content == BARE_EXCEPT
    assert "python-no-bare-except" in {finding.rule for finding in result.checks.findings}
    assert [(gap.what, gap.why) for gap in result.missing] == [
        ("repair round 1", "it could not be checked: it is gone")
    ]


async def test_two_files_under_one_path_keep_the_findings_of_both(children: Orchestrator) -> None:
    files = (("src/add.py", BARE_EXCEPT), ("src/./add.py", CLEAN))
    result, _ = await generate(children, answered(*files), settings=replace(SETTINGS, repair_rounds=0))
    rules = {finding.rule for finding in result.checks.findings}
    assert {"request-path-twice", "python-no-bare-except"} <= rules
    assert {file.path for file in result.files} == {"src/add.py"}


async def test_the_summary_counts_what_is_no_rules(children: Orchestrator) -> None:
    settings = replace(SETTINGS, repair_rounds=0)
    result, _ = await generate(children, answered(("add.py", CLEAN)), settings=settings, include_tests=True)
    assert "0 fail" in result.checks.summary
    assert result.checks.summary.endswith("; 1 further finding outside the rules")


@pytest.mark.parametrize("path", ["run", "add.code"])
async def test_code_without_a_suffix_is_checked_although_it_is_called_a_document(
    children: Orchestrator, path: str
) -> None:
    files = [
        {"path": "add.py", "content": CLEAN},
        {"path": path, "content": BARE_EXCEPT, "role": "doc", "language": "python"},
        {"path": "notes.txt", "content": BARE_EXCEPT, "role": "doc", "language": "python"},
        {"path": "README.md", "content": "# Add\n", "role": "doc", "language": "python"},
    ]
    answer = said(json.dumps({"files": files, "explanation": "x"}))
    result, _ = await generate(children, answer, settings=replace(SETTINGS, repair_rounds=0))
    assert path in {finding.file for finding in result.checks.findings}
    assert result.checks.not_checked == ("notes.txt: it is called a document",)
