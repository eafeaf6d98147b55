"""What a small model is given and a large one, and what becomes of a prompt that is too long, over the real wire."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import anyio
import pytest
import pytest_asyncio

from code_assistant.context import Gatherer
from code_assistant.documentation.ladder import Documents
from code_assistant.generation.assistant import Assistant
from code_assistant.generation.checks import Checker
from code_assistant.model.window import CHARS_PER_TOKEN
from code_assistant.orchestrator import Orchestrator
from code_assistant.progress import Progress
from code_assistant.request import parse_request
from code_assistant.result import GenerationError, GenerationResult
from code_assistant.settings import Settings, read_settings
from coding_standards.languages import NAMES
from tests.fakes import model_script as script
from tests.fakes.model_script import ModelRequest, Script, Turn
from tests.fakes.openai_api import OpenAIFake

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.process]

WAIT_S = 60
CODE = '"""Add."""\n\n\ndef add(left: int, right: int) -> int:\n    """Return the sum."""\n    return left + right\n'
FENCED = script.say(f"add.py\n```python\n{CODE}```\nIt adds.")
JSON = script.answer({"files": [{"path": "add.py", "content": CODE}], "explanation": "Adds."})
TOO_LONG = "request (5033 tokens) exceeds the available context size (4096 tokens), try increasing it"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def orchestrator() -> AsyncIterator[Orchestrator]:
    """The real standards server; each test brings its own model server."""
    orchestrator = Orchestrator(Settings(model="m", context7="off", environ=dict(os.environ)))
    orchestrator.fleet.start()
    await orchestrator.fleet.children["standards"].wait_ready(WAIT_S)
    yield orchestrator
    await orchestrator.stop()


async def generate(
    orchestrator: Orchestrator, turns: Script, profile: str = "lean", **arguments: Any
) -> tuple[GenerationResult, list[ModelRequest]]:
    """Ask through the settings that a user of a local server has."""
    with OpenAIFake(turns) as api, anyio.fail_after(WAIT_S):
        environ = {"OPENAI_BASE_URL": api.base_url, "CODE_ASSISTANT_MODEL": "m", "CODE_ASSISTANT_PROFILE": profile}
        settings = replace(read_settings(environ), context7="off")
        standards = orchestrator.fleet.children["standards"]
        gatherer = Gatherer(standards, Documents(None), settings.context_chars, settings.profile)
        assistant = Assistant(settings, gatherer, Checker(standards), (standards,), None)
        await assistant.prepare()
        result = await assistant.answer(parse_request({"request": "Add numbers", **arguments}), Progress())
        return result, list(api.turns)


@pytest.mark.parametrize("language", NAMES)
async def test_a_small_model_has_a_prompt_of_less_than_2000_tokens(orchestrator: Orchestrator, language: str) -> None:
    _, turns = await generate(orchestrator, FENCED, language=language)
    asked = turns[0]
    assert len(asked.instructions + asked.text) / CHARS_PER_TOKEN < 2_000
    assert not asked.tools
    assert asked.output_schema is None
    assert asked.text.rstrip().splitlines()[-1].count("Markdown") == 1
    assert asked.body["max_tokens"] > 0


async def test_a_small_models_markdown_is_read_and_the_profile_told(orchestrator: Orchestrator) -> None:
    result, _ = await generate(orchestrator, FENCED)
    assert (result.status, result.files[0].path, result.files[0].content) == ("generated", "add.py", CODE)
    assert result.usage.profile == "lean"


async def test_the_full_profile_has_tools_and_a_schema_of_what_is_needed(orchestrator: Orchestrator) -> None:
    result, turns = await generate(orchestrator, JSON, "full")
    asked = turns[0]
    assert "check_code" in asked.tools
    assert asked.output_schema is not None
    assert asked.output_schema["required"] == ["files", "explanation"]
    assert asked.output_schema["properties"]["files"]["minItems"] == 1
    shown = str(asked.output_schema)
    assert all(f"'{name}'" not in shown for name in ("removed", "role", "language"))
    assert "JSON" in asked.text.rstrip().splitlines()[-1]
    assert result.usage.profile == "full"


async def test_nothing_stands_twice_in_a_prompt_and_nothing_is_for_people(orchestrator: Orchestrator) -> None:
    _, turns = await generate(orchestrator, JSON, "full")
    text = turns[0].text
    items = [word for word in text.split("`") if word[:3] in ("PY-", "DOC", "SEC")]
    assert len(items) == len(set(items))
    assert all(said not in text for said in ("(checked)", "(person)", "Holds as well", "not wanted", "TEST-001"))


async def test_the_prompts_of_a_language_begin_alike_at_every_budget(orchestrator: Orchestrator) -> None:
    for language in ("python", "css"):
        begun = set()
        for request in ("Add numbers", "Read a file and retry the download"):
            _, turns = await generate(orchestrator, FENCED, language=language, request=request)
            begun.add(turns[0].instructions + turns[0].text.partition("<request")[0])
        assert len(begun) == 1


@pytest.mark.parametrize("text", ["I cannot do that.", "", "```bash\nls\n```"])
async def test_an_answer_without_a_file_is_a_failure_with_the_models_own_words(
    orchestrator: Orchestrator, text: str
) -> None:
    if not text:
        with pytest.raises(GenerationError, match="empty answer"):
            await generate(orchestrator, script.say(text))
        return
    result, _ = await generate(orchestrator, script.say(text))
    assert result.status == "failed"
    assert text.splitlines()[0] in result.explanation
    assert "CODE_ASSISTANT_MODEL" in (result.next_step or "")


async def test_a_file_in_another_language_alone_is_a_failure_too(orchestrator: Orchestrator) -> None:
    result, _ = await generate(orchestrator, FENCED, language="go")
    assert result.status == "failed"
    assert result.files


async def test_a_prompt_that_is_too_long_is_sent_again_without_what_can_be_spared(orchestrator: Orchestrator) -> None:
    def refuse_long(request: ModelRequest) -> Turn:
        is_long = bool(request.tools) or "checklist" in request.text
        return script.fail(400, said=TOO_LONG) if is_long else JSON

    result, turns = await generate(orchestrator, refuse_long, "full")
    assert [bool(turn.tools) for turn in turns[-2:]] == [True, False]
    assert result.status == "generated"
    (gap,) = result.missing
    assert "the tools" in gap.what
    assert "5,033 tokens do not fit the model's context of 4,096 tokens" in gap.why
    assert "num_ctx" in gap.remedy


async def test_a_prompt_that_never_fits_ends_after_one_more_try(orchestrator: Orchestrator) -> None:
    with pytest.raises(GenerationError, match="5,033 tokens do not fit the model's context of 4,096"):
        await generate(orchestrator, script.fail(400, said=TOO_LONG))


async def test_an_answer_that_repeats_itself_is_ended_told_and_asked_for_shorter(orchestrator: Orchestrator) -> None:
    endless = script.say(f"add.py\n```python\n{CODE}" + "print('again and again')\n" * 2_000)
    result, turns = await generate(orchestrator, [endless, FENCED])
    assert result.files[0].content == CODE
    assert "repeated itself" not in turns[1].text  # the question again, no longer, with a word on its length
    assert "shortest complete code" in turns[1].text
    assert ["<standards" in turn.text for turn in turns[:2]] == [True, False]
    assert result.context is not None
    assert result.context.trimmed == ("the standards: left out after an answer without an end",)
    result, _ = await generate(orchestrator, endless)
    assert any("repeated itself without end" in finding.message for finding in result.checks.findings)
    assert len(result.files[0].content) < 2 * len(CODE)
    assert result.status == "generated"


async def test_a_correction_that_is_cut_off_took_no_standards_away(orchestrator: Orchestrator) -> None:
    endless = script.say(f"add.py\n```python\n{CODE}" + "print('again and again')\n" * 2_000)
    wrong = script.say(f"add.py\n```python\n{CODE}\n\ntry:\n    add(1, 2)\nexcept:\n    pass\n```\n")
    result, turns = await generate(orchestrator, [wrong, endless])
    assert "<standards" in turns[0].text
    assert result.context is None or not result.context.trimmed


async def test_after_a_cut_answer_a_shorter_one_is_repaired_like_any(orchestrator: Orchestrator) -> None:
    endless = script.say(f"add.py\n```python\n{CODE}" + "print('again and again')\n" * 2_000)
    wrong = script.say(f"add.py\n```python\n{CODE}\n\ntry:\n    add(1, 2)\nexcept:\n    pass\n```\n")
    result, turns = await generate(orchestrator, [endless, wrong, FENCED])
    assert result.files[0].content == CODE
    assert result.missing == ()
    assert "<findings>" in turns[2].text


async def test_what_a_server_does_not_know_is_left_out_of_the_next_request(orchestrator: Orchestrator) -> None:
    def refuse(request: ModelRequest) -> Turn:
        for name in ("temperature", "max_tokens"):
            if name in request.body:
                return script.fail(400, said=f"Unsupported parameter: {name}")
        return FENCED

    result, turns = await generate(orchestrator, refuse)
    assert result.status == "generated"
    assert len(turns) == 3


async def test_a_server_that_loads_its_model_is_waited_for(orchestrator: Orchestrator) -> None:
    loading = script.fail(503, said="Loading model")
    result, turns = await generate(orchestrator, [loading, loading, loading, FENCED])
    assert result.status == "generated"
    assert len(turns) == 4
