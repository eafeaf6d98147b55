"""Hooks go into the hosts' own files, once, and out of them again; everything else stays."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
import yaml

from coding_standards.gate.arguments import HOOK_HOSTS
from coding_standards.gate.hooks.commit import FILES
from coding_standards.gate.hooks.host import read_hosts
from tests.support.repositories import make_repository, run_gate

ROOT = Path(__file__).parents[3]
OTHERS = """{
  // ours
  "theme": "dark",
  "hooks": {
    "%s": [
      {"command": "theirs.sh"}, // theirs
    ],
    "Other": [],
  },
}
"""


def test_there_is_a_row_for_every_host_that_can_be_named() -> None:
    assert tuple(host.name for host in read_hosts()) == HOOK_HOSTS


@pytest.mark.parametrize("scope", ["project", "user"])
def test_the_hooks_are_written_once_and_taken_out_again(scope: str, tmp_path: Path) -> None:
    make_repository(tmp_path / "project")
    home = tmp_path / "home"
    arguments = ("--install-hooks", *HOOK_HOSTS, "--scope", scope)
    environ = {"HOME": str(home), "USERPROFILE": str(home), "CODEX_HOME": "", "STANDARDS_DIR": str(tmp_path / "a team")}

    def texts() -> list[str]:
        files = [home / host.user_file.removeprefix("~/") for host in read_hosts()]
        if scope == "project":
            files = [tmp_path / "project" / host.project_file for host in read_hosts()]
        return [file.read_text() for file in files]

    assert run_gate(tmp_path / "project", *arguments, **environ).code == 0
    written = texts()
    for host, text in zip(read_hosts(), written, strict=True):
        document = json.loads(text)
        assert document["hooks"].keys() == host.events.keys(), host.name
        assert all(len(entries) == 1 for entries in document["hooks"].values()), host.name
        assert f"--hook {host.name}" in text
        assert "a team" in text, host.name
    again = run_gate(tmp_path / "project", *arguments, **environ)
    assert again.output.count("no change") == len(written)
    assert texts() == written
    run_gate(tmp_path / "project", *arguments, "--uninstall", **environ)
    for host, text in zip(read_hosts(), texts(), strict=True):
        assert json.loads(text) == {**host.head, "hooks": {}}, host.name


def test_everything_else_in_a_file_stays(tmp_path: Path) -> None:
    repository = make_repository(tmp_path)
    before = {host.project_file: OTHERS % next(iter(host.events)) for host in read_hosts()}
    repository.write(before)
    assert run_gate(tmp_path, "--install-hooks", *HOOK_HOSTS).code == 0
    for name, text in before.items():
        after = (tmp_path / name).read_text()
        assert after.count("theirs") == 2, name
        assert "// ours" in after, name
        assert (tmp_path / f"{name}.bak").read_text() == text
    run_gate(tmp_path, "--install-hooks", *HOOK_HOSTS, "--uninstall")
    for name, text in before.items():
        assert (tmp_path / name).read_text() == text


def test_a_file_that_is_not_understood_is_left_alone(tmp_path: Path) -> None:
    repository = make_repository(tmp_path)
    repository.write({".claude/settings.json": "{ this is nothing"})
    ran = run_gate(tmp_path, "--install-hooks", "claude-code")
    assert ran.code == 1
    assert "left alone" in ran.errors
    assert (tmp_path / ".claude/settings.json").read_text() == "{ this is nothing"


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    make_repository(tmp_path)
    ran = run_gate(tmp_path, "--install-hooks", *HOOK_HOSTS, "pre-commit", "git", "--dry-run")
    assert ran.code == 0
    assert ran.output.count("would hold") == 7
    assert [path.name for path in tmp_path.iterdir()] == [".git"]


@pytest.mark.parametrize(
    "before",
    [
        "",
        "# mine\nrepos:\n- repo: https://example.org/a\n  rev: v1\n  hooks:\n  - id: a\n",
        "repos:\n  - repo: local\n    hooks:\n    - {id: b, name: b, entry: b, language: system}\n\nci: {skip: [b]}\n",
        "fail_fast: true",
    ],
)
def test_pre_commit_gets_one_hook_more(before: str, tmp_path: Path) -> None:
    make_repository(tmp_path).write({".pre-commit-config.yaml": before} if before else {})
    file = tmp_path / ".pre-commit-config.yaml"
    known = (yaml.safe_load(before) or {}) if before else {}
    assert run_gate(tmp_path, "--install-hooks", "pre-commit").code == 0
    document = yaml.safe_load(file.read_text())
    assert document["repos"][: len(known.get("repos", []))] == known.get("repos", [])
    (hook,) = document["repos"][-1]["hooks"]
    assert hook["id"] == "coding-standards"
    assert {key: value for key, value in document.items() if key != "repos"} == {
        key: value for key, value in known.items() if key != "repos"
    }
    assert "# mine" in file.read_text() or "# mine" not in before
    assert "no change" in run_gate(tmp_path, "--install-hooks", "pre-commit").output
    run_gate(tmp_path, "--install-hooks", "pre-commit", "--uninstall")
    assert (yaml.safe_load(file.read_text()) or {}).get("repos") or known.get("repos", []) == []


def test_the_hook_that_others_name_says_the_same() -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert hook["files"] == FILES
    assert hook["entry"].startswith("coding-standards --check --staged")


@pytest.mark.skipif(os.name == "nt", reason="git's hooks are shell scripts")
def test_git_refuses_a_commit_with_a_breach_and_runs_what_was_there(tmp_path: Path) -> None:
    repository = make_repository(tmp_path)
    hook = tmp_path / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nset -e\ntouch ran\n")
    hook.chmod(0o755)
    assert run_gate(tmp_path, "--install-hooks", "git").code == 0
    assert hook.stat().st_mode & stat.S_IXUSR
    repository.write({"a.py": '"""A."""\n\nVALUE = eval(input())\n'})
    repository.git("add", "a.py")
    with pytest.raises(Exception, match="returned non-zero exit status 1"):
        repository.git("commit", "-qm", "bad")
    assert not (tmp_path / "ran").exists()
    repository.write({"a.py": '"""A."""\n\nVALUE = 1\n'})
    repository.git("add", "a.py")
    repository.git("commit", "-qm", "good")
    assert (tmp_path / "ran").exists()
    run_gate(tmp_path, "--install-hooks", "git", "--uninstall")
    assert hook.read_text() == "#!/bin/sh\nset -e\ntouch ran\n"


def test_a_hook_of_git_that_is_no_shell_script_is_left_alone(tmp_path: Path) -> None:
    make_repository(tmp_path)
    hook = tmp_path / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/usr/bin/env python3\n")
    ran = run_gate(tmp_path, "--install-hooks", "git")
    assert ran.code == 1
    assert "--check --staged" in ran.errors
