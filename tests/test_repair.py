"""What a repair may cost: turns up to the limit, and never a file."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio
from agents.testing import function_call

from code_assistant.orchestrator import Orchestrator
from tests.test_assistant import BARE_EXCEPT, CLEAN, SETTINGS, WAIT_S, answered, generate, said

pytestmark = pytest.mark.asyncio(loop_scope="module")

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
