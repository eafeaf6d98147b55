"""Registering with hosts: their own files before and after, and the command that does it."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from code_assistant.hosts.registration import (
    ASSISTANT,
    STANDARDS,
    build_entries,
    register,
    show_entries,
    unregister,
)
from code_assistant.hosts.table import HOSTS, Host, Platform, find_file, find_host
from groundwork.changed_file import NotChangedError
from groundwork.reading.json_text import parse_jsonc

SCRIPT = Path(__file__).parents[3] / "code-assistant-server.py"
KEY = "sk-never-in-a-file-0123456789"
ENVIRON = {"PATH": "/usr/local/bin:/usr/bin", "CODE_ASSISTANT_MODEL": "qwen", "OPENAI_API_KEY": KEY, "HOME": "/home/me"}
EVERY_HOST = pytest.mark.parametrize("host", HOSTS, ids=lambda host: host.name)
FULL = {
    "json": '{\n  // mine\n  "theme": "dark",\n  "%s": {"other": {"command": "x"}}\n}\n',
    "toml": '# mine\nmodel = "o3"\n\n[%s.other]\ncommand = "x" # kept\n\n[profiles.fast]\nmodel = "o4"\n',
}


def servers_in(host: Host, text: str) -> dict[str, object]:
    document: Any = tomllib.loads(text) if host.form == "toml" else parse_jsonc(text)
    return dict(document[host.servers])


@EVERY_HOST
@pytest.mark.parametrize("before", [None, "", "full"])
def test_both_servers_are_registered_and_taken_out_again(host: Host, before: str | None, tmp_path: Path) -> None:
    file = tmp_path / "folder" / "file"
    text = FULL[host.form] % host.servers if before == "full" else before
    if text is not None:
        file.parent.mkdir()
        file.write_text(text)
    entries = build_entries(host, ENVIRON)
    register(host, file, entries)
    others = ["other"] if before == "full" else []
    assert sorted(servers_in(host, file.read_text())) == sorted([ASSISTANT, STANDARDS, *others])
    assert register(host, file, entries) is None
    unregister(host, file)
    left = file.read_text()
    assert ASSISTANT not in left
    if before == "full":
        assert left == text
        assert file.with_name("file.bak").is_file()


@EVERY_HOST
def test_a_file_that_is_not_understood_is_left_alone(host: Host, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("{ broken = [")
    with pytest.raises(NotChangedError, match="is not understood and was left alone"):
        register(host, file, build_entries(host, ENVIRON))
    with pytest.raises(NotChangedError, match="is not understood and was left alone"):
        unregister(host, file)
    assert file.read_text() == "{ broken = ["
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


@EVERY_HOST
def test_no_secret_is_written_unless_it_is_asked_for(host: Host) -> None:
    entries = build_entries(host, ENVIRON)
    shown = show_entries(host, entries)
    assert KEY not in shown
    assert ("OPENAI_API_KEY" in shown) != (entries.unwritten == ("OPENAI_API_KEY",))
    assert "qwen" in shown
    assert KEY in show_entries(host, build_entries(host, ENVIRON, with_secrets=True))


@EVERY_HOST
def test_an_entry_has_absolute_paths_and_the_search_path(host: Host) -> None:
    for entry in build_entries(host, ENVIRON).by_name.values():
        assert entry["command"] == sys.executable
        assert Path(entry["args"][0]).is_absolute()  # type: ignore[index]
        assert entry["env"]["PATH"].startswith("/usr/local/bin:/usr/bin")  # type: ignore[index]


def test_a_link_stays_a_link_and_the_file_keeps_its_mode(tmp_path: Path) -> None:
    host, real, link = find_host("cursor"), tmp_path / "dotfiles.json", tmp_path / "mcp.json"
    real.write_text("{}")
    real.chmod(0o640)
    link.symlink_to(real)
    register(host, link, build_entries(host, ENVIRON))
    assert link.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640
    assert ASSISTANT in real.read_text()


@pytest.mark.parametrize(
    ("name", "platform", "expected"),
    [
        ("claude-desktop", "darwin", "/home/me/Library/Application Support/Claude/claude_desktop_config.json"),
        ("claude-desktop", "win32", "C:/Users/me/AppData/Roaming/Claude/claude_desktop_config.json"),
        ("claude-desktop", "linux", "/home/me/.config/Claude/claude_desktop_config.json"),
        ("claude-code", "linux", "/home/me/.claude.json"),
        ("vscode", "win32", "C:/Users/me/AppData/Roaming/Code/User/mcp.json"),
        ("codex", "darwin", "/home/me/.codex/config.toml"),
    ],
)
def test_a_hosts_file_is_where_the_host_looks_for_it(name: str, platform: Platform, expected: str) -> None:
    environ = {"HOME": "/home/me", "USERPROFILE": "C:/Users/me", "APPDATA": "C:/Users/me/AppData/Roaming"}
    file = find_file(find_host(name), "user", platform, environ, Path("/project"))
    assert file is not None
    assert file.as_posix() == expected


def run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environ = {"HOME": str(home), "PATH": "/usr/bin", "OPENAI_API_KEY": KEY}
    command = [sys.executable, str(SCRIPT), *arguments]
    return subprocess.run(command, env=environ, cwd=home, capture_output=True, text=True, timeout=60, check=False)


def test_the_command_registers_shows_and_removes(tmp_path: Path) -> None:
    dry = run(tmp_path, "--install", "cursor", "--dry-run")
    assert (dry.returncode, list(tmp_path.iterdir())) == (0, [])
    nobody = run(tmp_path, "--install", "all")
    assert (nobody.returncode, nobody.stdout) == (1, "")
    assert "name one to register" in nobody.stderr
    assert run(tmp_path, "--install", "all", "--uninstall").returncode == 0
    assert ASSISTANT in dry.stdout
    done = run(tmp_path, "--install", "cursor", "claude-desktop")
    assert (done.returncode, KEY in done.stdout + done.stderr) == (0, False)
    assert "Claude Desktop: OPENAI_API_KEY is set here and was not written" in done.stderr
    assert sorted(json.loads((tmp_path / ".cursor/mcp.json").read_text())["mcpServers"]) == [ASSISTANT, STANDARDS]
    assert "up to date" in run(tmp_path, "--install", "all").stdout
    gone = run(tmp_path, "--install", "all", "--uninstall")
    assert gone.stdout.count("removed from") == 2
    project = run(tmp_path, "--install", "claude-code", "--scope", "project")
    assert project.returncode == 0
    assert (tmp_path / ".mcp.json").is_file()


def test_what_cannot_be_done_is_an_error_with_what_belongs_into_the_file(tmp_path: Path) -> None:
    (tmp_path / ".claude.json").write_text("{oops")
    done = run(tmp_path, "--install", "claude-code")
    assert done.returncode == 1
    assert "line 1 column 2" in done.stderr
    assert '"mcpServers"' in done.stderr
    assert "--scope user" in run(tmp_path, "--install", "claude-desktop", "--scope", "project").stderr
    assert run(tmp_path, "--install", "nobody").returncode == 2
