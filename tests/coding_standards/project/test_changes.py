"""A project as it changes: what breaks keeps its last good version, and large or hostile ones cost little."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from coding_standards.checks.checker import ruleset_for
from coding_standards.languages import find_language
from coding_standards.library.store import LibraryStore
from coding_standards.project.conflicts import find_conflicts
from coding_standards.project.files import ProjectFiles
from coding_standards.project.imports import MAX_IMPORTED
from coding_standards.project.instructions import read_project
from coding_standards.project.walk import MAX_ENTRIES, MAX_FOLDERS, Listing, Walk
from tests.coding_standards.library.test_library import write
from tests.coding_standards.project.test_project import needs_symlinks, project, sources

PYTHON = find_language("python")
KEPT = "; its last good version stays in force"
QUICK_S = 5.0
"""What takes a tenth of a second on a quiet machine and took ten seconds or minutes before."""


def test_imports_of_imports_are_filled_in_once(tmp_path: Path) -> None:
    files = {f"a{level}.md": f"@a{level + 1}.md\n" * 10 + f"Text {level}.\n" for level in range(1, 6)}
    started = time.monotonic()
    standards = project(tmp_path, {"CLAUDE.md": "@a1.md\n" * 10, **files, "a6.md": "Too deep.\n"})
    assert time.monotonic() - started < QUICK_S
    (text,) = standards.texts
    assert [text.text.count(f"Text {level}.") for level in range(1, 6)] == [1] * 5
    assert standards.problems == ("a5.md: the import @a6.md is nested more than 5 deep; left out",)


def test_each_of_two_claude_files_has_its_own_imports(tmp_path: Path) -> None:
    standards = project(tmp_path, {"CLAUDE.md": "@a.md", "api/CLAUDE.md": "@../a.md", "a.md": "Be kind."})
    assert ["Be kind." in text.text for text in standards.texts] == [True, True]


def test_imports_beyond_the_budget_are_left_out_and_said(tmp_path: Path) -> None:
    names = [f"a{number}.md" for number in range(4)]
    standards = project(tmp_path, {"CLAUDE.md": "@" + "\n@".join(names), **dict.fromkeys(names, "x" * 90_000)})
    assert len(standards.texts[0].text) < MAX_IMPORTED + 1_000
    assert [problem.split(";")[0] for problem in standards.problems] == [
        f"CLAUDE.md: the import @{name} brings more than 200 KB of imports together" for name in names[2:]
    ]


def test_many_imports_that_lead_nowhere_are_named_in_a_few_lines(tmp_path: Path) -> None:
    lines = [f"@{'x' * 5_000}.md", *(f"@missing{number}.md" for number in range(5_000))]
    standards = project(tmp_path, {"CLAUDE.md": "\n".join(lines)})
    assert len(standards.problems) == 21
    assert standards.problems[-1] == "CLAUDE.md: still more imports are left out"


def test_long_texts_are_compared_quickly(tmp_path: Path) -> None:
    long = "Use it for 80 things. Ok then do.\n" * 2_500
    files = {f".cursor/rules/r{number}.mdc": f"---\nalwaysApply: true\n---\n{long}" for number in range(10)}
    started = time.monotonic()
    standards = project(tmp_path, files | {"AGENTS.md": "# " + "#" * 90_000 + "x", ".editorconfig": " " * 9 + "a b"})
    assert time.monotonic() - started < QUICK_S
    assert find_conflicts(standards) == ()


@pytest.mark.parametrize(
    ("line", "described"),
    [
        ("description: React: use hooks", "React: use hooks"),
        ("description: @foo and more", "@foo and more"),
        ("description: [WIP] it's", "[WIP] it's"),
        ("description: 'Quoted: yes'", "Quoted: yes"),
        ("description: >\n  Two\n  lines", "Two lines"),
        ("description: plain # with a comment", "plain"),
    ],
)
def test_a_description_may_stand_unquoted(tmp_path: Path, line: str, described: str) -> None:
    standards = project(tmp_path, {".cursor/rules/a.mdc": f"---\n{line}\nglobs: *.py\n---\nBe kind.\n"})
    (text,) = standards.texts
    assert (text.description, text.globs, standards.problems) == (described, ("**/*.py",), ())


@pytest.mark.parametrize(
    "meta", ["updated: 2026-02-30", "? [a]\n: b", f"x: {'[' * 3_000}", "a: &a [*a]", f"a: {'9' * 5_000}"]
)
def test_odd_front_matter_keeps_the_last_good_version_of_a_rule(tmp_path: Path, meta: str) -> None:
    good = "---\nglobs: *.py\n---\nBe kind.\n"
    files = {".cursor/rules/a.mdc": good, ".github/instructions/b.instructions.md": good.replace("globs", "applyTo")}
    before = project(tmp_path, files)
    for name, text in files.items():
        write(tmp_path, name, text.replace("---\n", f"---\n{meta}\n", 1).replace("kind", "rude"))
    after = read_project(tmp_path, before.memory)
    assert after.texts == before.texts
    assert [problem.endswith(KEPT) for problem in after.problems] == [True, True]
    assert read_project(tmp_path, after.memory).texts == before.texts
    at_the_start = read_project(tmp_path)
    assert at_the_start.texts == ()
    assert [problem.endswith("; it is ignored") for problem in at_the_start.problems] == [True, True]


def test_a_file_that_is_no_longer_utf_8_keeps_its_last_good_version(tmp_path: Path) -> None:
    files = {
        "AGENTS.md": "Be kind.\n",
        ".editorconfig": "[*]\nmax_line_length = 60\n",
        "CLAUDE.md": "@a.md\n",
        "a.md": "Imported.\n",
    }
    before = project(tmp_path, files)
    for name, text in files.items():
        (tmp_path / name).write_bytes(text.encode() + b"# \xff\n")
    memory = before.memory
    for _ in range(2):
        after = read_project(tmp_path, memory)
        assert [text.text for text in after.texts] == [text.text for text in before.texts]
        assert after.layout(PYTHON).max_line_length == 60
        assert len(after.problems) == 4
        assert all("is not UTF-8 at byte" in problem and problem.endswith(KEPT) for problem in after.problems)
        memory = after.memory
    (tmp_path / "AGENTS.md").unlink()
    after = read_project(tmp_path, memory)
    assert [text.source for text in after.texts] == ["CLAUDE.md"]
    (tmp_path / "AGENTS.md").write_bytes(b"\xff")
    assert [text.source for text in read_project(tmp_path, after.memory).texts] == ["CLAUDE.md"]


def test_a_number_without_end_in_a_toml_file_is_a_problem(tmp_path: Path) -> None:
    write(tmp_path, "pyproject.toml", "[tool.ruff]\nline-length = 90\n")
    store = LibraryStore(project=tmp_path)
    store.current()
    write(tmp_path, "pyproject.toml", f"[tool.x]\na = {'9' * 5_000}\n")
    library = store.current()
    (problem,) = library.load_problems
    assert problem == f"pyproject.toml: not TOML: a number is too long{KEPT}"
    assert library.line_length(PYTHON) == 90


@needs_symlinks
def test_a_project_behind_a_link_is_scoped_by_either_path_and_followed_to_a_new_place(tmp_path: Path) -> None:
    for name in ("v1", "v2"):
        write(tmp_path, f"{name}/AGENTS.md", f"This is {name}.\n")
        write(tmp_path, f"{name}/.editorconfig", "root = true\n[tests/**.py]\nmax_line_length = 60\n")
        write(tmp_path, f"{name}/tests/AGENTS.md", "Test it.\n")
    link = tmp_path / "cur"
    link.symlink_to(tmp_path / "v1")
    store = LibraryStore(project=link)
    library = store.current()
    assert library.project is not None
    for path in ("tests/a.py", str(link / "tests/a.py"), str(tmp_path / "v1/tests/a.py")):
        assert library.place(path) == "tests/a.py"
        assert ruleset_for(library, PYTHON, path).settings.line_length == 60
        assert sources(library.project, "python", path) == ["AGENTS.md", "tests/AGENTS.md"]
    assert library.place(str(tmp_path / "v2/tests/a.py")) is None
    link.unlink()
    link.symlink_to(tmp_path / "v2")
    library = store.current()
    assert library.project is not None
    assert library.project.texts[0].text == "This is v2.\n"
    assert library.place(str(link / "tests/a.py")) == "tests/a.py"


def test_a_folder_that_did_not_change_is_not_listed_again(tmp_path: Path) -> None:
    project(tmp_path, {"AGENTS.md": "Be kind.", "src/AGENTS.md": "Be quick.", "src/sub/a.py": ""})
    for folder in ("", "src", "src/sub"):
        os.utime(tmp_path / folder, (1, 1))  # so that the next change shows, however soon it comes
    known: dict[str, Listing] = {}
    assert sorted(Walk(tmp_path, known).files()) == ["AGENTS.md", "src/AGENTS.md"]
    assert set(known) == {"", "src", "src/sub"}
    # A listing that says otherwise than the disk shows which one is used.
    for folder, listing in known.items():
        known[folder] = Listing(listing.stamp, True, (f"{folder}/noted",), listing.folders, 1, False)
    assert sorted(Walk(tmp_path, known).files()) == ["/noted", "src/noted", "src/sub/noted"]
    (tmp_path / "src/sub/AGENTS.md").touch()
    assert sorted(Walk(tmp_path, known).files()) == ["/noted", "src/noted", "src/sub/AGENTS.md"]
    (tmp_path / "src/sub/AGENTS.md").unlink()
    (tmp_path / "src/sub/a.py").unlink()
    (tmp_path / "src/sub").rmdir()
    assert sorted(Walk(tmp_path, known).files()) == ["/noted", "src/AGENTS.md"]
    assert set(known) == {"", "src"}


def test_a_folder_that_changed_just_now_is_listed_again_each_time(tmp_path: Path) -> None:
    (tmp_path / "a.py").touch()
    known: dict[str, Listing] = {}
    list(Walk(tmp_path, known).files())
    assert not known[""].is_settled
    (tmp_path / "AGENTS.md").touch()
    assert list(Walk(tmp_path, known).files()) == ["AGENTS.md"]


def test_a_folder_of_very_many_files_is_not_listed_to_its_end(tmp_path: Path) -> None:
    write(tmp_path, ".cursor/rules/a.mdc", "Be kind.")
    write(tmp_path, "AGENTS.md", "Be kind.")
    for number in range(MAX_ENTRIES + 500):
        os.close(os.open(tmp_path / f"data{number}", os.O_CREAT))
    files = ProjectFiles.find(tmp_path)
    assert files is not None
    assert list(files.found) == ["AGENTS.md", ".cursor/rules/a.mdc"]
    assert files.problems == [f".: only the first {MAX_ENTRIES:,} entries were looked at"]


def test_only_so_many_folders_are_searched(tmp_path: Path) -> None:
    for number in range(MAX_FOLDERS + 5):
        (tmp_path / f"d{number}").mkdir()
    files = ProjectFiles.find(tmp_path)
    assert files is not None
    (problem,) = files.problems
    assert problem.endswith(f"only the first {MAX_FOLDERS} folders of the project were searched")
