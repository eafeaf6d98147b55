"""What the settings name and is not there is said in the answer, in the status and on stderr."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from code_assistant.project.surroundings import find_gaps
from code_assistant.settings import SettingsError, read_settings
from tests.support.raw_server import RawServer, clean_environment

SERVER = Path(__file__).parents[3] / "code-assistant-server.py"
GENERATE, STATUS = "generate_code_with_context", "get_server_status"
KEY = "${OPENAI_API_KEY}"


async def test_folders_that_are_not_there_are_said_everywhere(tmp_path: Path) -> None:
    nowhere = str(tmp_path / "nowhere")
    variables = {"PROJECT_DIR": nowhere, "CODE_ASSISTANT_PYTHON": nowhere, "OPENAI_API_KEY": KEY}
    expected = {"the project", "the Python environment", "the setting OPENAI_API_KEY"}
    async with RawServer([sys.executable, SERVER], env=clean_environment(**variables)) as server:
        await server.initialize()
        status = await server.call(STATUS)
        assert {gap["what"] for gap in status["structuredContent"]["missing"]} == expected
        assert f"Missing: the project: {nowhere} is no folder" in status["content"][0]["text"]
        answer = (await server.call(GENERATE, request="Add two numbers"))["structuredContent"]
        assert expected <= {gap["what"] for gap in answer["missing"]}
        assert all(gap["remedy"] for gap in answer["missing"])
        assert len([gap for gap in answer["missing"] if nowhere in gap["why"]]) == 2
        await server.wrote_to_stderr(f"the project: {nowhere} is no folder")
        await server.wrote_to_stderr("the setting OPENAI_API_KEY: the host passed")


@pytest.mark.skipif(sys.platform != "linux", reason="limits the address space, which only Linux enforces")
@pytest.mark.parametrize("megabytes", [300, 600])
async def test_a_memory_limit_that_is_too_small_is_said_in_every_answer(megabytes: int) -> None:
    limited = f'ulimit -v {megabytes * 1024}; exec "$0" "$@"'
    command: list[str | Path] = ["sh", "-c", limited, sys.executable, SERVER]
    async with RawServer(command, env=clean_environment(CODE_ASSISTANT_CONTEXT7="auto")) as server:
        await server.initialize()
        result = await server.call(GENERATE, request="Add two numbers", libraries=["fastapi"])
        assert result["isError"]
        assert f"may use {megabytes} MB of memory" in result["content"][0]["text"]
        assert "Remedy: raise the limit to 800 MB" in result["content"][0]["text"]
        status = (await server.call(STATUS))["structuredContent"]
        assert [gap["what"] for gap in status["missing"]] == ["memory"]
        assert {child["state"] for child in status["children"]} == {"stopped"}
        server.close_stdin()
        assert await server.wait() == 0


@pytest.mark.parametrize("value", ["${OPENAI_API_KEY}", "${env:OPENAI_API_KEY}", "${input:key}", "${A:-b}"])
def test_a_key_that_the_host_did_not_fill_in_counts_as_unset(value: str) -> None:
    settings = read_settings({"OPENAI_API_KEY": value})
    assert settings.is_offline
    assert settings.unexpanded == ("OPENAI_API_KEY",)
    assert "OPENAI_API_KEY" not in settings.environ


def test_a_folder_that_the_host_did_not_fill_in_counts_as_unset_for_the_children_too() -> None:
    settings = read_settings({"PROJECT_DIR": "${workspaceFolder}/src", "HOME": "${odd}"})
    assert settings.project_dir is None
    assert dict(settings.environ) == {"HOME": "${odd}"}
    assert [gap.what for gap in find_gaps(settings)] == ["the setting PROJECT_DIR"]


def test_an_address_without_a_scheme_gets_an_example_of_its_own_kind() -> None:
    with pytest.raises(SettingsError, match=r"such as http://localhost:11434/v1"):
        read_settings({"OPENAI_BASE_URL": "localhost:11434/v1", "CODE_ASSISTANT_MODEL": "m"})
