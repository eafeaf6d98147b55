"""Paths that a host must not write as they stand are found, however they are spelt; ordinary ones are left alone."""

from __future__ import annotations

import pytest

from code_assistant.project.paths import MAX_PART_BYTES, find_path_faults, is_outside, make_harmless_path

OUTSIDE = [
    *("../a.py", "a/../../b.py", "/etc/passwd", "~/.bashrc", "C:\\a.py", "c:a.py", "\\\\server\\share", "", "."),
    *("$HOME/../x.py", "${HOME}/x.py", "%APPDATA%/x.py", "file:///etc/passwd", "file:x.py", "https://x/y.py"),
    *("..%2f..%2fx.py", "%2e%2e/x.py", "..%252fx.py", "\uff0e\uff0e/x.py", "..\uff0fx.py", ".\u200b./x.py"),
    *("a\nb.py", "a\0.py", ".. /x.py", "a/\u2025/x.py"),
]
ODD = [
    *("x.py:stream", "x.py::$DATA", "CON", "src/aux.py", "nul.txt", "lpt1", "a%2fb.py", "a%5Cb.py", "x\u202eyp.py"),
    *("a\u200bb.py", "a\uff0epy", "a\uff0fb.py", "trailing.", "trailing /x.py", "what?.py", "\u00e4" * 128, "a" * 256),
]
RUNS = [
    *(".git/hooks/pre-commit", "vendor/.git/config", ".GIT/hooks/x", "git~1/hooks/x", ".github/workflows/ci.yml"),
    *(".vscode/tasks.json", ".claude/settings.json", ".mcp.json", "sub/.mcp.json", ".cursor/rules/x.mdc", ".envrc"),
    *(".devcontainer/devcontainer.json", ".husky/pre-push", ".gemini/settings.json", ".codex/config.toml", ".npmrc"),
]
GOOD = [
    *(
        "a.py",
        "src/app.py",
        "app/routes/$id.tsx",
        "app/[slug]/page.tsx",
        "Outer$Inner.java",
        "index.d.ts",
        ".gitignore",
    ),
    *(
        "..rc",
        "a..b.py",
        "caf\u00e9.py",
        "\u6587\u4ef6.py",
        "console.py",
        "company.go",
        "com10.py",
        "a" * MAX_PART_BYTES,
    ),
    *(
        "100%.md",
        ".github/CODEOWNERS",
        "docs/.vitepress/config.ts",
        "@scope/x.ts",
        "(group)/page.tsx",
        "a+b.py",
        "git.py",
    ),
]


def rules(path: str) -> list[str]:
    return [fault.rule for fault in find_path_faults(path)]


@pytest.mark.parametrize("path", OUTSIDE)
def test_a_path_that_leaves_the_folder_is_a_finding_and_not_handed_out(path: str) -> None:
    assert rules(path)[0] == "path-leaves-folder"
    other = make_harmless_path(path)
    assert not is_outside(other)
    assert rules(other) == []
    assert f"`{other}`" in next(iter(find_path_faults(path))).message


@pytest.mark.parametrize("path", ODD)
def test_a_path_that_not_every_system_writes_as_it_stands_is_a_finding(path: str) -> None:
    assert rules(path) == ["path-not-portable"]


@pytest.mark.parametrize("path", RUNS)
def test_a_file_that_runs_by_itself_is_a_finding(path: str) -> None:
    assert rules(path) == ["path-runs"]


@pytest.mark.parametrize("path", GOOD)
def test_an_ordinary_path_is_none(path: str) -> None:
    assert rules(path) == []
