"""Ty as a process that stays: what one answer brings is not there for the next, and none outlives us."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import anyio
import pytest

from code_assistant.project.packages.environment import Environment
from code_assistant.project.packages.modules import Deadline
from code_assistant.project.reality import ty
from code_assistant.project.reality.language_server import LanguageServer, LanguageServerError
from code_assistant.project.reality.ty import Told, ask_ty
from tests.support import processes

ROOT = Path(__file__).parents[4]


def ask(**files: str) -> list[Told]:
    """What is said of Python files by their names."""
    return ask_ty({f"{name}.py": text for name, text in files.items()}, [], Environment(), "3.12", Deadline.after(20))


def test_what_one_answer_brings_is_not_there_for_the_next() -> None:
    assert ask(app="from helper import add\nadd(1)\n", helper="def add(a): ...\n") == []
    (told,) = ask(app="from helper import add\nadd(1)\n")
    assert (told.rule, told.line, told.column) == ("import-not-found", 1, 6)


def test_it_is_the_same_process_for_the_next_answer_and_a_new_one_when_it_was_killed() -> None:
    def pid() -> int:
        return ty._running[-1]._server.pid

    ask(app="import json\n")
    first = pid()
    ask(app="import re\n")
    assert pid() == first
    os.kill(first, signal.SIGKILL if sys.platform != "win32" else signal.SIGTERM)
    ty._running[-1]._server._process.wait()
    (told,) = ask(app="import json\njson.dump_all([])\n")
    assert told.text == "Module `json` has no member `dump_all`"
    assert pid() != first


@pytest.mark.parametrize("comment", ["# type: ignore", "# ty: ignore[missing-attribute]", "#type:ignore"])
def test_a_comment_does_not_silence_it(comment: str) -> None:
    assert len(ask(app=f"import json\njson.dump_all([])  {comment}\n")) == 1


def test_a_server_that_gives_no_answer_is_ended_in_time(tmp_path: Path) -> None:
    with pytest.raises(LanguageServerError):
        LanguageServer([sys.executable, "-c", "input(); input(); input(); input()"], tmp_path, os.environ, 0.5)


async def test_it_ends_when_the_process_that_asks_is_killed(tmp_path: Path) -> None:
    processes.need_proc()
    code = (
        "import os, signal\n"
        "from tests.code_assistant.project.reality.test_ty import ask, ty\n"
        "ask(app='import json')\n"
        "print(ty._running[0]._server.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-c", code]
    asked = await anyio.run_process(command, cwd=ROOT, env=environment, check=False)
    with anyio.fail_after(5):
        await processes.all_dead([int(asked.stdout)])
