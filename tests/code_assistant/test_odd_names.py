"""Text that is no Unicode - file names and variables in Latin-1 - ends no session: real processes, raw lines."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import anyio
import pytest

from tests.support.children import program, say, supervised
from tests.support.raw_server import RawServer, clean_environment

ROOT = Path(__file__).resolve().parents[2]
ODD = os.fsdecode(b"caf\xe9")
"""What Latin-1 systems wrote, as Python shows it: a lone surrogate instead of the letter."""
WAIT_S = 60.0
GENERATE, STATUS = "generate_code_with_context", "get_server_status"

needs_odd_names = pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names are Unicode on this platform")


def server(script: str = "code-assistant-server.py", **variables: str) -> RawServer:
    return RawServer([sys.executable, ROOT / script], env=clean_environment(**variables))


def odd_team(folder: Path) -> Path:
    for name in ("languages", "topics", "rules"):
        (folder / name).mkdir(parents=True)
    text = "# Coffee\n\n- `CAFE-001` Beans are ground freshly.\n"
    for path in (f"languages/{ODD}.md", f"topics/{ODD}.md", f"rules/{ODD}.yml", f"{ODD}.md", "topics/a\nb.md"):
        (folder / path).write_text(text, encoding="utf-8")
    return folder


def odd_project(folder: Path) -> Path:
    for path in ("AGENTS.md", f"{ODD}/AGENTS.md", f".cursor/rules/{ODD}.mdc", f"{ODD}/CLAUDE.md"):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(f"# Rules\n\n- Be good.\n\n@{ODD}.md\n", encoding="utf-8", errors="replace")
    (folder / f"{ODD}/.editorconfig").write_bytes(b"[*.caf\xe9]\nindent_size = odd\n")
    return folder


@needs_odd_names
async def test_odd_file_names_are_read_or_named_by_the_standards_server(tmp_path: Path) -> None:
    variables = {
        "STANDARDS_DIR": str(odd_team(tmp_path / f"team{ODD}")),
        "PROJECT_DIR": str(odd_project(tmp_path / f"p{ODD}")),
    }
    async with server("standards-server.py", **variables) as standards:
        await standards.initialize()
        listed = (await standards.request("resources/list", deadline_s=WAIT_S))["result"]["resources"]
        for uri in [resource["uri"] for resource in listed]:
            assert "result" in await standards.request("resources/read", {"uri": uri}, WAIT_S)
        index = (await standards.request("resources/read", {"uri": "standards://index"}))["result"]["contents"][0]
        assert "languages/caf\ufffd.md: unknown language" in index["text"]
        assert "topics/a\ufffdb.md: a name is made of" in index["text"]
        checked = await standards.call("check_code", WAIT_S, code="x = 1\n", language="python", path=f"{ODD}/a.py")
        assert checked["structuredContent"]


@needs_odd_names
async def test_a_new_file_with_an_odd_name_ends_no_server(tmp_path: Path) -> None:
    async with server("standards-server.py", STANDARDS_DIR=str(tmp_path)) as standards:
        await standards.initialize()
        with anyio.fail_after(WAIT_S):
            while "cannot watch" not in standards.stderr:  # until the watch stands, nobody sees the file
                (tmp_path / f"{ODD}.md").write_text("# New\n", encoding="utf-8")
                await standards.request("ping")
        assert "result" in await standards.request("resources/read", {"uri": "standards://index"}, WAIT_S)


@needs_odd_names
async def test_odd_file_names_cost_no_check_and_are_sent_with_a_replacement_character(tmp_path: Path) -> None:
    variables = {
        "CODE_ASSISTANT_STANDARDS_DIR": str(odd_team(tmp_path / f"team{ODD}")),
        "PROJECT_DIR": str(odd_project(tmp_path / f"project{ODD}")),
        "CODE_ASSISTANT_CACHE_DIR": str(tmp_path / f"cache{ODD}"),
        "CODE_ASSISTANT_PYTHON": str(tmp_path / f"python{ODD}"),
    }
    async with server(**variables) as assistant:
        await assistant.initialize()
        result = await assistant.call(GENERATE, WAIT_S, request="Parse a date")
        assert "proved" in result["structuredContent"]["checks"]["summary"]
        assert result["structuredContent"]["checks"]["proved"]
        status = (await assistant.call(STATUS))["structuredContent"]
        assert "cachecaf\ufffd" in str(status)
        (standards,) = status["children"]
        assert (standards["state"], standards["restarts"], standards["last_error"]) == ("ready", 0, None)


async def test_half_an_emoji_in_an_argument_ends_no_child() -> None:
    async with supervised(program("healthy.py")) as child:
        assert await say(child, "echo", text="a\ud83db") == "a\ufffdb"
        assert child.restarts == 0


@needs_odd_names
async def test_a_request_typed_in_latin_1_is_answered() -> None:
    command = [sys.executable, str(ROOT / "code-assistant-server.py"), "--generate", f"List the {ODD} menu"]
    with anyio.fail_after(WAIT_S):
        ended = await anyio.run_process(command, env=clean_environment(), check=False)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith(b"**Scaffold")
