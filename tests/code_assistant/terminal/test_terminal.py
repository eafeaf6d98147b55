"""A model's and a server's words on a terminal are words: what a terminal would obey is shown as an escape."""

from __future__ import annotations

import os
import pty
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from code_assistant.text.plain import plain_line, show_controls
from groundwork.version import __version__
from tests.fakes.model_script import answer, fail
from tests.fakes.openai_api import OpenAIFake
from tests.support.processes import descendants, is_alive, need_proc
from tests.support.raw_server import clean_environment

SERVER = Path(__file__).parents[3] / "code-assistant-server.py"
RED, LINK, C1, TURNED = "\x1b[31m", "\x1b]8;;http://evil.example\x1b\\", "\x9b31m", "\u202e"
CODE = f'"""Orders: {RED} {LINK} {C1} {TURNED}, but \u00e9, \u200d and \t."""\n'


def shown(api: OpenAIFake, on_terminal: bool) -> str:
    """What `--generate` writes to stdout."""
    variables = {"OPENAI_BASE_URL": api.base_url, "CODE_ASSISTANT_MODEL": "m", "CODE_ASSISTANT_REPAIR_ROUNDS": "0"}
    environment = clean_environment(PYTHONIOENCODING="utf-8", **variables)
    command = [sys.executable, str(SERVER), "--generate", "Add"]
    if not on_terminal:
        return subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", timeout=60).stdout
    ours, theirs = pty.openpty()
    process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs)
    os.close(theirs)
    data = b""
    try:
        while part := os.read(ours, 65_536):
            data += part
    except OSError:  # how Linux tells that nobody writes any more
        pass
    os.close(ours)
    process.wait()
    return data.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="opens a terminal, which is POSIX's")
def test_an_answer_on_a_terminal_gives_no_orders_and_in_a_file_it_is_what_the_model_wrote() -> None:
    with OpenAIFake(answer({"files": [{"path": "a.py", "content": CODE}], "explanation": f"x {LINK}"})) as api:
        piped = shown(api, on_terminal=False)
        assert CODE.strip() in piped
        screen = shown(api, on_terminal=True)
        assert "\\x1b[31m \\x1b]8;;http://evil.example\\x1b\\ \\x9b31m \\u202e, but \u00e9, \u200d and" in screen
        for order in (LINK, C1, TURNED, "\x1b]"):
            assert order not in screen


@pytest.mark.skipif(sys.platform == "win32", reason="opens a terminal, which is POSIX's")
@pytest.mark.parametrize("script", ["code-assistant-server.py", "standards-server.py"])
def test_a_server_that_a_person_starts_says_what_it_waits_for(script: str) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, str(SERVER.with_name(script))]
    with subprocess.Popen(
        command, env=clean_environment(), stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        line = process.stderr.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) in (130, -signal.SIGINT)  # as a shell and as we see it
        assert process.stdout is not None
        assert process.stdout.read() == ""
    os.close(ours)
    os.close(theirs)
    assert f" {__version__} waits for MCP messages on stdin: a host starts it. Ctrl-C ends it; see --help." in line


def test_a_command_that_is_interrupted_says_so_and_leaves_no_child() -> None:
    need_proc()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        model = {"OPENAI_BASE_URL": f"http://127.0.0.1:{silent.getsockname()[1]}/v1", "CODE_ASSISTANT_MODEL": "m"}
        command = [sys.executable, str(SERVER), "--generate", "Add"]
        with subprocess.Popen(command, env=clean_environment(**model), stderr=subprocess.PIPE, text=True) as process:
            assert process.stderr is not None
            while "model turn 1" not in process.stderr.readline():
                assert process.poll() is None
            children = descendants(process.pid)
            process.send_signal(signal.SIGINT)
            assert process.stderr.read() == "interrupted\n"
    assert process.returncode == 130
    assert children
    assert not any(is_alive(child.pid) for child in children)


@pytest.mark.parametrize("name", ["code-assistant", "coding-standards"])
def test_the_version_is_told_whatever_the_settings_are(name: str) -> None:
    script = SERVER if name == "code-assistant" else SERVER.with_name("standards-server.py")
    environment = clean_environment(CODE_ASSISTANT_MAX_JOBS="many")
    done = subprocess.run([sys.executable, str(script), "--version"], env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, f"{name} {__version__}\n")


@pytest.mark.skipif(sys.platform == "win32", reason="opens a terminal, which is POSIX's")
def test_an_error_of_a_model_server_gives_no_orders_either() -> None:
    with OpenAIFake(fail(400, said=f"no {LINK}such{RED} thing{TURNED}")) as api:
        assert "no such thing" in shown(api, on_terminal=True)


def test_one_line_of_somebody_elses_words_loses_whole_orders() -> None:
    assert plain_line(f"{RED}error{RED}: {LINK}here\x1b]0;title\x07") == "error: here"


def test_what_is_safe_is_shown_as_it_is() -> None:
    text = "caf\u00e9 \U0001f469\u200d\U0001f4bb\tx\n\u0646\u200c\u0645"
    assert show_controls(text.replace("\n", "\r\n")) == text
