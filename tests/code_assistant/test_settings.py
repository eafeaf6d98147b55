"""Settings and the config file: a wrong word stops the start with one line that names it."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from code_assistant.children.launch import Mask
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
        ({"CODE_ASSISTANT_CACHE_DIR": "~nobody-here/x"}, "CODE_ASSISTANT_CACHE_DIR='~nobody-here/x': "),
        pytest.param(
            {"CODE_ASSISTANT_CACHE_DIR": "x" * 5_000},
            "File name too long; name a folder of yours",
            marks=pytest.mark.skipif(sys.platform == "win32", reason="another limit there"),
        ),
        ({"PROJECT_DIR": "~nobody-here/x"}, "PROJECT_DIR='~nobody-here/x': "),
        ({"CODE_ASSISTANT_CONFIG": "~nobody-here/x"}, "CODE_ASSISTANT_CONFIG: ~nobody-here/x: "),
        ({"OPENAI_API_KEY": "k", "CODE_ASSISTANT_MODEL": "m\udcff"}, "CODE_ASSISTANT_MODEL='m\\udcff': it takes"),
        ({"CODE_ASSISTANT_CONTEXT7_IMAGE": "a\nb"}, "CODE_ASSISTANT_CONTEXT7_IMAGE='a\\nb': it takes"),
        ({"CODE_ASSISTANT_LOG_LEVEL": "\udcff"}, "CODE_ASSISTANT_LOG_LEVEL='\\udcff': it takes"),
        ({"OPENAI_API_KEY": "sk-\u2013"}, "OPENAI_API_KEY: it takes a key of ASCII characters; this one has U+2013"),
        ({"CONTEXT7_API_KEY": "a\nb"}, "CONTEXT7_API_KEY: it takes a key of ASCII characters; this one has U+000A"),
        (
            {"CODE_ASSISTANT_CONTEXT7_URL": "nonsense"},
            "CONTEXT7_URL='nonsense': it takes a whole address",
        ),
        ({"CODE_ASSISTANT_A\nB": "x"}, "'CODE_ASSISTANT_A\\nB': unknown setting"),
    ],
)
def test_a_wrong_setting_is_named_with_what_it_takes(environ: dict[str, str], expected: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read_settings(environ)
    assert expected in str(refused.value)
    assert str(refused.value).isprintable()


def test_a_folder_may_be_called_whatever_the_system_allows(tmp_path: Path) -> None:
    odd = str(tmp_path / os.fsdecode(b"caf\xe9"))
    settings = read_settings({"CODE_ASSISTANT_CACHE_DIR": odd, "PROJECT_DIR": odd, "STANDARDS_DIR": odd})
    assert {str(settings.cache_dir), settings.project_dir, settings.standards_dir} == {odd}


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


def server(**entry: Any) -> dict[str, Any]:
    return {"mcpServers": {"a": {"command": "x", **entry}}}


def remote(url: str = "http://y/z", **entry: Any) -> dict[str, Any]:
    return {"mcpServers": {"a": {"url": url, **entry}}}


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("{not json", "servers.json:1:2: not JSON"),
        ({}, "needs a key `mcpServers`"),
        ({"servers": {}}, "needs a key `mcpServers` with an object of servers; rename `servers`"),
        ({"mcpServers": []}, "needs a key `mcpServers`"),
        ({"mcpServers": {"a": 1}}, "mcpServers.a: must be an object"),
        ({"mcpServers": {"a": {}}}, "mcpServers.a: give either `command`"),
        ({"mcpServers": {"standards": {"command": "x"}}}, "mcpServers.standards: this name is taken"),
        ({"mcpServers": {"a b": {"command": "x"}}}, "mcpServers.a b: a name takes 1 to 40 letters"),
        ({"mcpServers": {"a\nb": {"command": "x"}}}, "mcpServers.'a\\nb': a name takes 1 to 40 letters"),
        ({"mcpServers": {"a": {"comand": "x"}}}, "mcpServers.a.comand: unknown field; did you mean `command`?"),
        (server(url="http://y"), "give either `command`"),
        (server(command=""), "mcpServers.a.command: is empty; it takes a program"),
        (server(command="x\0y"), "mcpServers.a.command: holds the character U+0000; it takes plain text"),
        (server(command="x\ud800"), "mcpServers.a.command: holds the character U+D800; it takes plain text"),
        (server(args="y"), "mcpServers.a.args: Input should be a list"),
        (server(args=[1]), "mcpServers.a.args[0]: Input should be a valid string"),
        (server(env={"A=B": "1"}), "mcpServers.a.env: the name of a variable is empty or has `=`"),
        (server(env={"": "1"}), "mcpServers.a.env: the name of a variable is empty or has `=`"),
        (server(env={"A": "\0"}), "mcpServers.a.env.A: holds the character U+0000"),
        (server(env={"A": 1}), "mcpServers.a.env.A: Input should be a valid string"),
        (server(timeout_s=0), "mcpServers.a.timeout_s: Input should be greater than 0"),
        (server(disabled=7), "mcpServers.a.disabled: Input should be a valid boolean"),
        (server(type="http"), "mcpServers.a: `type` is http: give `url` with it"),
        (server(command="${MISSING}"), "mcpServers.a.command: MISSING is not set"),
        (server(args=["", "${MISSING}"]), "mcpServers.a.args[1]: MISSING is not set"),
        (server(args=["${MISSING"]), "mcpServers.a.args[0]: `${MISSING` begins no variable; it takes ${VAR}"),
        (server(args=["${input:key}"]), "mcpServers.a.args[0]: `${input:key` begins no variable; it takes ${VAR}"),
        (server(env={"A": "${}"}), "mcpServers.a.env.A: `${` begins no variable"),
        (remote("http://"), "mcpServers.a.url: it takes a whole address"),
        (remote("http://[::1"), "mcpServers.a.url: it takes a whole address"),
        (remote("http://host:99999/"), "mcpServers.a.url: it takes a whole address"),
        (remote("http://ho st/"), "mcpServers.a.url: it takes a whole address"),
        (remote("file:///etc/passwd"), "mcpServers.a.url: it takes a whole address"),
        (remote(type="stdio"), "mcpServers.a: `type` is stdio: give `command` with it"),
        (remote(type="sse"), "mcpServers.a.type: it takes `stdio` or `http`"),
        (remote(headers={"A": "b\nc"}), "mcpServers.a.headers: the value of A takes one line of ASCII"),
        (remote(headers={"A": "\u2013"}), "mcpServers.a.headers: the value of A takes one line of ASCII"),
        (remote(headers={"A b": "c"}), "mcpServers.a.headers: the name of a header takes letters"),
        (
            '{"mcpServers": {"a": {"command": "x"}, "a": {"command": "y"}}}',
            "mcpServers.a: stands there twice; keep one",
        ),
        (
            '{"mcpServers": {"a": {"command": "x", "env": {"B": "", "B": ""}}}}',
            "mcpServers.a.env.B: stands there twice",
        ),
        ('{"mcpServers":' + '{"a":' * 20_000 + "1" + "}" * 20_001, "servers.json: nested too deeply"),
        (server(env=json.loads('{"a":' * 900 + "1" + "}" * 900)), "servers.json: nested too deeply"),
        ('{"mcpServers": {"a": {"command": "x", "timeout_s": ' + "9" * 5_000 + "}}}", "a number in it is too long"),
    ],
)
def test_a_wrong_config_file_is_named_with_the_place_in_it(tmp_path: Path, document: Any, expected: str) -> None:
    with pytest.raises(ConfigFileError) as refused:
        read_config_file(written(tmp_path, document), {})
    assert expected in str(refused.value)
    assert str(refused.value).startswith(str(tmp_path))
    assert str(refused.value).isprintable()


def test_what_hosts_write_for_themselves_is_passed_over(tmp_path: Path) -> None:
    own = {
        "autoApprove": ["a"],
        "alwaysAllow": [],
        "description": "see ${NOWHERE",
        "timeout": 60,
        "enabled": True,
        "icon": None,
        "_comment": "ours",
    }
    document = {"inputs": [], **server(**own, args=None, env=None, tools=["*"])}
    (spec,) = read_config_file(written(tmp_path, document), {})
    assert (spec.command, spec.args, spec.env, spec.tools, spec.timeout_s) == ("x", (), {}, None, 30.0)
    assert len(spec.unread) == 1
    assert "use `timeout_s`" in spec.unread[0]


def test_a_time_out_of_ours_needs_no_word_about_a_hosts(tmp_path: Path) -> None:
    (spec,) = read_config_file(written(tmp_path, server(timeout=60, timeout_s=5)), {})
    assert (spec.timeout_s, spec.unread) == (5.0, ())


@pytest.mark.parametrize(
    ("named", "tools", "disabled"),
    [
        ({"disabledTools": ["x"]}, None, ("x",)),
        ({"excludeTools": ["x"], "includeTools": ["y"]}, ("y",), ("x",)),
        ({"tools": ["z"], "includeTools": ["y"]}, ("z",), ()),
    ],
)
def test_lists_of_tools_are_read_under_the_names_that_hosts_give_them(
    tmp_path: Path, named: dict[str, Any], tools: tuple[str, ...] | None, disabled: tuple[str, ...]
) -> None:
    (spec,) = read_config_file(written(tmp_path, server(**named)), {})
    assert (spec.tools, spec.disabled_tools) == (tools, disabled)


def test_a_file_of_variables_is_read_beside_the_config_file_and_its_values_are_secret(tmp_path: Path) -> None:
    lines = "\ufeff# ours\nexport TOKEN='se cret'\nURL=https://x/?a=b # note\nEMPTY=\nBARE\nOWN=file\nREF=${TOKEN}\n"
    (tmp_path / "some.env").write_text(lines, encoding="utf-8")
    (spec,) = read_config_file(written(tmp_path, server(envFile="${NAME}.env", env={"OWN": "entry"})), {"NAME": "some"})
    assert spec.env == {
        "TOKEN": "se cret",
        "URL": "https://x/?a=b",
        "EMPTY": "",
        "OWN": "entry",
        "REF": "${TOKEN}",
    }
    assert {"se cret", "https://x/?a=b"} <= set(spec.secrets())
    assert "" not in spec.filled_in


@pytest.mark.parametrize(
    ("given", "expected"),
    [("nowhere.env", "cannot be read"), (".", "not a file"), ("", "takes the path"), (3, "takes the path")],
)
def test_a_file_of_variables_that_is_not_there_is_named(tmp_path: Path, given: object, expected: str) -> None:
    with pytest.raises(ConfigFileError, match=rf"mcpServers\.\w+\.envFile: .*{expected}"):
        read_config_file(written(tmp_path, server(envFile=given)), {})


@pytest.mark.parametrize(
    "entry",
    [{"type": "streamableHttp", "url": "https://y/z"}, {"serverUrl": "https://y/z"}, {"httpUrl": "https://y/z"}],
)
def test_an_address_is_taken_as_any_host_writes_it(tmp_path: Path, entry: dict[str, Any]) -> None:
    (spec,) = read_config_file(written(tmp_path, {"mcpServers": {"a": entry}}), {})
    assert spec.url == "https://y/z"


@pytest.mark.parametrize("switch", [{"disabled": True}, {"disabled": "true"}, {"enabled": False}])
def test_a_server_that_is_switched_off_needs_nothing(tmp_path: Path, switch: dict[str, Any]) -> None:
    off = {"command": "${NOWHERE}", "comand": 1, **switch}
    assert read_config_file(written(tmp_path, {"mcpServers": {"context7": off}}), {}) == ()


def test_variables_are_filled_in_as_cursor_writes_them(tmp_path: Path) -> None:
    (spec,) = read_config_file(written(tmp_path, server(args=["${env:A}-${env:B:-c}"])), {"A": "a"})
    assert spec.args == ("a-c",)


SECRETS = {"T0K": "topsecret-token-123", "PW": "hunter2-password", "KEY": "first line of it\nand the second"}
SHOWN = ["--verbose", "/srv/data", "https://git.example/Owner/SomeRepository"]


def test_no_secret_of_a_config_file_is_shown(tmp_path: Path) -> None:
    args = ["--token", "${T0K}", "postgres://u:${PW}@h/db", "redis://me:letmein@h", "--api-key=literal-key", *SHOWN]
    env = {"DB_PASSWORD": "in-clear-text", "PGPASS": "another-one", "PEM": "${KEY}", "REGION": "${HOME}/eu"}
    url = "https://who:pass-word@host/SECRETPATHKEY/mcp?apiKey=in-the-query"
    document = {"mcpServers": {"a": {"command": "x", "args": args, "env": env}, "b": {"url": url}}}
    specs = read_config_file(written(tmp_path, document), {**SECRETS, "HOME": "/home/me"})
    mask = Mask(secret for spec in specs for secret in spec.secrets())
    said = mask(f"{specs[0].args} {specs[0].env} {specs[1].url} and the second\n")
    hidden = ["topsecret", "hunter2", "letmein", "literal-key", "in-clear-text", "another-one", "first line", "second"]
    for secret in [*hidden, "pass-word", "SECRETPATHKEY", "in-the-query"]:
        assert secret not in said
    for text in [*SHOWN, "/home/me/eu", "https://***@host/***/mcp", "postgres://***@h/db"]:
        assert text in said
