"""Settings and the config file: a wrong word stops the start with one line that names it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from code_assistant.config_file import ConfigFileError, read_config_file
from code_assistant.settings import DEFAULT_MODEL, SettingsError, read_settings


def test_without_anything_the_offline_model_answers() -> None:
    settings = read_settings({})
    assert settings.is_offline
    assert settings.served_by == "built in"
    assert settings.deadline_s == 50


def test_a_key_alone_means_openai_over_responses() -> None:
    settings = read_settings({"OPENAI_API_KEY": "sk-secret-secret"})
    assert (settings.model, settings.api, settings.served_by) == (DEFAULT_MODEL, "responses", "api.openai.com")


def test_a_local_server_is_spoken_to_over_chat() -> None:
    settings = read_settings({"OPENAI_BASE_URL": "http://localhost:11434/v1", "CODE_ASSISTANT_MODEL": "qwen"})
    assert (settings.model, settings.api) == ("qwen", "chat")


def test_offline_wins_over_a_key() -> None:
    assert read_settings({"OPENAI_API_KEY": "k", "CODE_ASSISTANT_MODEL": "Offline"}).is_offline


def test_an_empty_variable_counts_as_unset() -> None:
    assert read_settings({"OPENAI_API_KEY": " ", "CODE_ASSISTANT_MAX_JOBS": ""}).max_jobs == 8


def test_no_key_is_ever_shown() -> None:
    settings = read_settings({"OPENAI_API_KEY": "sk-hidden", "CONTEXT7_API_KEY": "ctx7-hidden"})
    assert "hidden" not in repr(settings)


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"CODE_ASSISTANT_MODLE": "x"}, "CODE_ASSISTANT_MODLE: unknown setting; did you mean CODE_ASSISTANT_MODEL?"),
        ({"CODE_ASSISTANT_QQ": "x"}, "CODE_ASSISTANT_QQ: unknown setting; known: MODEL"),
        ({"CODE_ASSISTANT_API": "soap"}, "CODE_ASSISTANT_API='soap': it takes responses, chat"),
        ({"CODE_ASSISTANT_CONTEXT7": "no"}, "it takes auto, docker, npx, remote, off"),
        ({"CODE_ASSISTANT_DEADLINE_S": "-1"}, "it takes a number from 0 to 86400"),
        ({"CODE_ASSISTANT_DEADLINE_S": "nan"}, "it takes a number from 0 to 86400"),
        ({"CODE_ASSISTANT_MAX_JOBS": "2.5"}, "it takes a whole number from 1 to 64"),
        ({"CODE_ASSISTANT_MODEL": "gpt-x"}, "needs OPENAI_API_KEY, or OPENAI_BASE_URL"),
        ({"OPENAI_BASE_URL": "http://localhost:1/v1"}, "CODE_ASSISTANT_MODEL is not; name the model"),
        ({"CODE_ASSISTANT_CONFIG": "/does/not/exist.json"}, "CODE_ASSISTANT_CONFIG: "),
        ({"CODE_ASSISTANT_CACHE_DIR": __file__}, "it is a file; name a folder"),
    ],
)
def test_a_wrong_setting_is_named_with_what_it_takes(environ: dict[str, str], expected: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read_settings(environ)
    assert expected in str(refused.value)
    assert "\n" not in str(refused.value)


def written(folder: Path, document: Any) -> Path:
    path = folder / "servers.json"
    path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return path


def test_servers_are_read_with_variables_filled_in(tmp_path: Path) -> None:
    document = {
        "mcpServers": {
            "files": {
                "command": "npx",
                "args": ["-y", "${PACKAGE}"],
                "env": {"T": "${TOKEN:-none}"},
                "tools": ["read"],
            },
            "far": {"type": "http", "url": "https://example.com/mcp", "headers": {"Authorization": "Bearer ${KEY}"}},
            "gone": {"command": "x", "disabled": True},
        }
    }
    files, far = read_config_file(written(tmp_path, document), {"PACKAGE": "p", "KEY": "k"})
    assert files.args == ("-y", "p")
    assert files.env == {"T": "none"}
    assert files.tools == ("read",)
    assert far.headers == {"Authorization": "Bearer k"}
    assert "Bearer" not in repr(far)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("{not json", "servers.json:1:2: not JSON"),
        ({}, "needs a key `mcpServers`"),
        ({"mcpServers": []}, "needs a key `mcpServers`"),
        ({"mcpServers": {"a": 1}}, "mcpServers.a: must be an object"),
        ({"mcpServers": {"a": {}}}, "mcpServers.a: give either `command`"),
        ({"mcpServers": {"a": {"command": "x", "url": "http://y"}}}, "give either `command`"),
        ({"mcpServers": {"a": {"command": "x", "args": "y"}}}, "mcpServers.a.args: Input should be a list"),
        ({"mcpServers": {"a": {"comand": "x"}}}, "mcpServers.a.comand: "),
        ({"mcpServers": {"a": {"command": "x", "timeout_s": 0}}}, "mcpServers.a.timeout_s: "),
        ({"mcpServers": {"a": {"command": "${MISSING}"}}}, "mcpServers.a.command: MISSING is not set"),
        (
            {"mcpServers": {"a": {"command": "x", "args": ["", "${MISSING}"]}}},
            "mcpServers.a.args[1]: MISSING is not set",
        ),
        ({"mcpServers": {"standards": {"command": "x"}}}, "mcpServers.standards: this name is taken"),
        ({"mcpServers": {"a b": {"command": "x"}}}, "mcpServers.a b.name: "),
    ],
)
def test_a_wrong_config_file_is_named_with_the_place_in_it(tmp_path: Path, document: Any, expected: str) -> None:
    with pytest.raises(ConfigFileError) as refused:
        read_config_file(written(tmp_path, document), {})
    assert expected in str(refused.value)
    assert "\n" not in str(refused.value)
