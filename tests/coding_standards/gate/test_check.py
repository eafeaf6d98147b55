"""The gate as people run it: a real process over real repositories, and its exit code."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.repositories import SCRIPT, make_repository, run_gate

BAD = '"""What it is for."""\n\n\ndef run(text: str) -> object:\n    """Run it."""\n    return eval(text)\n'
GOOD = '"""What it is for."""\n\n\ndef run(text: str) -> str:\n    """Run it."""\n    return text\n'
BAD_LINE = "    return eval(text)\n"


def old_file(functions: int) -> str:
    """A file with as many functions as breaches, 40 lines each."""
    filler = "".join(f"    total += {number}\n" for number in range(35))
    body = "".join(
        f'\n\ndef work_{number}(text: str) -> int:\n    """Work."""\n    total = eval(text)\n{filler}    return total\n'
        for number in range(functions)
    )
    return f'"""An old module."""\n{body}'


def test_a_clean_tree_ends_with_0_and_a_breach_with_1(tmp_path: Path) -> None:
    repository = make_repository(tmp_path, {"a.py": GOOD})
    clean = run_gate(tmp_path, "--check")
    assert clean.code == 0, clean.output
    assert "1 file judged" in clean.output
    repository.write({"src/b.py": BAD})
    broken = run_gate(tmp_path, "--check")
    assert broken.code == 1
    assert f"src{os.sep}b.py:6:12: error:" in broken.output
    assert "SEC-002" in broken.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--check", "notes.txt"], "Nothing was judged"),
        (["--check", "nowhere"], "nowhere: there is no such file or folder"),
        (["--check", "--changed"], "no git repository, so nothing tells what changed; use --baseline"),
        (["--check", "--jobs", "none"], "'none' is no number from 1"),
        (["--check", "--standards-dir", "nowhere"], "nowhere is not a directory; create it"),
        (["--explain", "NOTHING-1"], "no rule 'NOTHING-1'; --check tells the ids"),
        (["--strict"], "give --check to judge files"),
    ],
)
def test_what_cannot_be_judged_ends_with_2_and_the_reason(arguments: list[str], said: str, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Notes.\n")
    ran = run_gate(tmp_path, *arguments)
    assert (ran.code, said in " ".join((ran.output + ran.errors).split())) == (2, True), ran.output + ran.errors


def test_one_new_breach_in_an_old_file_of_2000_lines_with_50_old_ones_is_the_one_that_is_told(tmp_path: Path) -> None:
    before = old_file(50)
    assert before.count("\n") > 2_000
    assert before.count("eval(") == 50
    repository = make_repository(tmp_path, {"old.py": before})
    lines = before.splitlines(keepends=True)
    middle = len(lines) // 2
    new = ["\n", "\n", "def more(text: str) -> None:\n", '    """More."""\n', "    exec(text)\n"]
    start = next(at for at in range(middle, len(lines)) if lines[at].startswith("def ")) - 2
    repository.write({"old.py": "".join([*lines[:start], *new, *lines[start:]])})
    ran = run_gate(tmp_path, "--check", "--changed", "--format", "json")
    assert ran.code == 1
    assert ran.rules == [("old.py", start + 5, "python-no-eval")]
    assert ran.data["summary"]["known"] >= 50


@pytest.mark.parametrize("place", [0, 12, 49])
def test_a_change_of_three_lines_tells_nothing_of_what_stands_around_it(place: int, tmp_path: Path) -> None:
    before = old_file(50)
    repository = make_repository(tmp_path, {"old.py": before})
    at = f'def work_{place}(text: str) -> int:\n    """Work."""\n'
    repository.write({"old.py": before.replace(at, at.replace("Work.", "Work much."))})
    ran = run_gate(tmp_path, "--check", "--changed", "--format", "json")
    assert (ran.code, ran.rules) == (0, [])


def test_moved_and_indented_breaches_are_not_new(tmp_path: Path) -> None:
    first = 'def one(text: str) -> object:\n    """One."""\n    return eval(text)\n'
    second = 'def two(text: str) -> object:\n    """Two."""\n    return text\n'
    repository = make_repository(tmp_path, {"a.py": f'"""A."""\n\n\n{first}\n\n{second}'})
    repository.write({"a.py": f'"""A."""\n\n\n{second}\n\n{first}'})
    assert run_gate(tmp_path, "--check", "--changed").code == 0
    repository.git("mv", "a.py", "b.py")
    assert run_gate(tmp_path, "--check", "--changed").code == 0


def test_a_branch_answers_for_its_own_changes_alone(tmp_path: Path) -> None:
    repository = make_repository(tmp_path, {"a.py": GOOD})
    repository.git("checkout", "-qb", "work")
    repository.commit({"b.py": BAD})
    repository.git("checkout", "-q", "main")
    repository.commit({"c.py": BAD, "a.py": GOOD.replace("run", "walk")})
    repository.git("checkout", "-q", "work")
    ran = run_gate(tmp_path, "--check", "--changed", "main", "--format", "json")
    assert [path for path, _, _ in ran.rules] == ["b.py"]


def test_the_index_is_judged_and_not_the_disk(tmp_path: Path) -> None:
    repository = make_repository(tmp_path, {"a.py": GOOD})
    repository.write({"a.py": BAD})
    assert run_gate(tmp_path, "--check", "--staged").code == 0
    repository.git("add", "a.py")
    repository.write({"a.py": GOOD})
    assert run_gate(tmp_path, "--check", "--staged").code == 1


def test_a_repository_without_a_commit_is_new_as_a_whole(tmp_path: Path) -> None:
    make_repository(tmp_path).write({"a.py": BAD})
    assert run_gate(tmp_path, "--check", "--changed").code == 1


def test_what_git_ignores_what_is_vendored_and_what_is_no_text_is_left_out_and_told(tmp_path: Path) -> None:
    repository = make_repository(tmp_path)
    files = ("ignored/x.py", "node_modules/m/x.js", "made/x.py", "x.min.js", "big.py")
    repository.write(dict.fromkeys(files, "eval(x)\n") | {"a.py": GOOD, ".gitignore": "ignored/\n"})
    repository.write({".gitattributes": "made/** linguist-generated\n", "big.py": "eval(x)\n" * 40_000})
    (tmp_path / "binary.py").write_bytes(b"\0eval(x)\n")
    ran = run_gate(tmp_path, "--check", "--format", "json")
    assert ran.code == 0, ran.output
    assert ran.data["summary"]["files"] == 1
    vendored = "vendored or generated"
    assert ran.data["left_out"] == {
        "big.py": "too large",
        "binary.py": "no text in UTF-8",
        "made/x.py": vendored,
        "node_modules/m/x.js": vendored,
        "x.min.js": vendored,
    }
    assert run_gate(tmp_path, "--check", "ignored/x.py").code == 1


def test_a_folder_without_a_repository_is_walked_by_its_ignore_file(tmp_path: Path) -> None:
    for path in ("a.py", "out/b.py"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(BAD)
    (tmp_path / ".gitignore").write_text("out/\n")
    ran = run_gate(tmp_path, "--check", "--format", "json")
    assert [path for path, _, _ in ran.rules] == ["a.py"]


def test_a_baseline_survives_moved_lines_and_counts(tmp_path: Path) -> None:
    repository = make_repository(tmp_path, {"a.py": BAD})
    baseline = ("--baseline", "known.json")
    assert run_gate(tmp_path, "--check", *baseline, "--update-baseline").code == 0
    assert run_gate(tmp_path, "--check", *baseline).code == 0
    repository.write({"a.py": BAD.replace("\n\n\ndef", "\n\nLIMIT = 1\n\n\ndef")})
    assert run_gate(tmp_path, "--check", *baseline).code == 0
    repository.write({"a.py": BAD + '\n\ndef again(text: str) -> object:\n    """Again."""\n' + BAD_LINE})
    ran = run_gate(tmp_path, "--check", *baseline, "--format", "json")
    assert ran.code == 1
    assert len(ran.rules) == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--check", "nowhere"), "there is no such file"),
        (("--check", "--changed", "no-such-branch"), "names no commit"),
        (("--check", "--baseline", "none.json"), "--update-baseline"),
        (("--check", "--format", "xml"), "invalid choice"),
        (("--strict",), "--check"),
        (("--explain", "PY-00444"), "PY-004"),
    ],
)
def test_what_cannot_be_done_is_told_and_ends_with_2(arguments: tuple[str, ...], told: str, tmp_path: Path) -> None:
    make_repository(tmp_path, {"a.py": GOOD})
    ran = run_gate(tmp_path, *arguments)
    assert ran.code == 2
    assert told in ran.errors
    assert "Traceback" not in ran.errors


def test_warnings_count_where_that_is_wanted(tmp_path: Path) -> None:
    make_repository(tmp_path, {"a.py": "def run(text):\n    return text\n"})
    assert run_gate(tmp_path, "--check").code == 0
    assert run_gate(tmp_path, "--check", "--strict").code == 1
    assert "warning" not in run_gate(tmp_path, "--check", "--quiet").output.partition("item")[0]


def test_the_standards_of_a_team_hold(tmp_path: Path) -> None:
    make_repository(tmp_path / "project", {"a.py": BAD})
    team = tmp_path / "team"
    (team / "rules").mkdir(parents=True)
    (team / "standards.yml").write_text("disable: [python-no-eval]\n")
    (team / "rules" / "team.yml").write_text(
        "id: team-no-run\nlanguage: python\nseverity: error\nmessage: Call it walk.\n"
        "rule: {kind: identifier, regex: ^run$}\n"
    )
    ran = run_gate(tmp_path / "project", "--check", "--format", "json", STANDARDS_DIR=str(team))
    assert [rule for _, _, rule in ran.rules] == ["team-no-run"]


def test_many_files_are_judged_alike_by_one_process_and_by_several(tmp_path: Path) -> None:
    kinds = {"py": BAD, "js": "export const run = (text) => eval(text);\n"}
    make_repository(tmp_path, {f"f{n}.{kind}": text for n in range(8) for kind, text in kinds.items()})
    one, several = (run_gate(tmp_path, "--check", "--jobs", n, "--format", "json") for n in ("1", "3"))
    assert one.data["findings"] == several.data["findings"]
    assert len({path for path, _, _ in one.rules}) == 16


def test_an_item_and_a_rule_are_explained(tmp_path: Path) -> None:
    item = run_gate(tmp_path, "--explain", "sec-002")
    assert item.code == 0
    assert "Text is never run as code." in item.output
    assert "python-no-eval" in item.output
    assert "return eval(text)" in run_gate(tmp_path, "--explain", "python-no-eval").output


@pytest.mark.skipif(sys.platform == "win32", reason="names that it does not allow")
def test_odd_file_names_are_judged_and_compared_as_others_are(tmp_path: Path) -> None:
    names = ["a\nb.py", "ü ñ.py", "-x.py", "q'\"$.py"]
    repository = make_repository(tmp_path, dict.fromkeys(names, BAD))
    for name in names:
        with (tmp_path / name).open("a") as file:
            file.write('\n\ndef more(text: str) -> None:\n    """More."""\n    exec(text)\n')
    (tmp_path / os.fsdecode(b"\xff.py")).write_text(GOOD)
    ran = run_gate(tmp_path, "--check", "--changed", "--format", "json")
    assert {(path, line) for path, line, _ in ran.rules} == {(name, 11) for name in names}
    assert repository.git("status", "--porcelain").count(".py") == 5
    assert "a?b.py:11" in run_gate(tmp_path, "--check", "--changed").output


def test_nothing_is_drawn_where_no_terminal_is(tmp_path: Path) -> None:
    make_repository(tmp_path, {f"a{n}.py": GOOD for n in range(10)})
    assert run_gate(tmp_path, "--check").errors == ""


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of another kind")
def test_a_terminal_gets_a_bar_that_is_wiped_out(tmp_path: Path) -> None:
    import pty  # not there on Windows

    make_repository(tmp_path, {f"a{n}.py": GOOD for n in range(40)})
    ours, theirs = pty.openpty()
    command = [sys.executable, str(SCRIPT), "--check"]
    environ = os.environ | {"PROJECT_TOOLS": "off"}
    done = subprocess.run(command, cwd=tmp_path, stderr=theirs, stdout=subprocess.DEVNULL, env=environ, check=False)
    os.close(theirs)
    drawn = os.read(ours, 100_000).decode()
    os.close(ours)
    assert done.returncode == 0
    assert "/40" in drawn
    assert drawn.endswith("\r\x1b[K")


@pytest.mark.skipif(os.name == "nt", reason="links need a right on Windows")
@pytest.mark.parametrize("options", [(), ("--changed",)])
def test_a_link_that_leads_out_of_the_project_is_left_out(options: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "elsewhere.py").write_text(BAD, encoding="utf-8")
    project = tmp_path / "project"
    project.mkdir()
    make_repository(project, {"a.py": GOOD})
    (project / "link.py").symlink_to(tmp_path / "elsewhere.py")
    ran = run_gate(project, "--check", *options)
    assert ran.code == 0, ran.output
    assert "a link that leads out of the project (link.py)" in ran.output
