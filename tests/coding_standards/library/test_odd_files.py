"""One file that is odd in whatever way: its last good version stays, the others count, the server goes on."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import anyio
import anyio.lowlevel
import pytest

from coding_standards.languages import find_language
from coding_standards.library.compiler import RuleCompiler
from coding_standards.library.snapshot import Library
from coding_standards.library.store import LibraryStore, load_library
from coding_standards.library.texts import index
from coding_standards.server.app import StandardsServer
from tests.coding_standards.library.test_library import rule, rule_ids, write
from tests.groundwork.test_yaml_text import NINE_LEVELS
from tests.support.raw_server import RawServer, clean_environment

SERVER = Path(__file__).parents[3] / "standards-server.py"
PYTHON = find_language("python")
TOPIC = "topics/api.md"
RULES = "rules/python.yml"
SETTINGS = "standards.yml"
ITEM = "- `API-001` Paths are plural.\n"


def only_problem(library: Library) -> str:
    (problem,) = library.problems
    assert f"- {problem}\n" in index(library)
    return problem


@pytest.fixture
def team(tmp_path: Path) -> Path:
    write(tmp_path, TOPIC, ITEM)
    write(tmp_path, SETTINGS, "line_length: 77\n")
    write(tmp_path, RULES, rule(items="API-001"))
    return tmp_path


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (TOPIC, f"---\nupdated: 2026-02-30\n---\n{ITEM}"),
        (TOPIC, f"---\n{NINE_LEVELS}title: *a9\n---\n{ITEM}"),
        (TOPIC, f"---\ntitle: {{a: b}}\n---\n{ITEM}"),
        (TOPIC, f"---\nlanguages: [[python]]\n---\n{ITEM}"),
        (TOPIC, f"---\ntopics: [{{a: b}}]\n---\n{ITEM}"),
        (SETTINGS, "? [a, b]\n: c\n"),
        (SETTINGS, "disable: [2026-13-01]\n"),
        (SETTINGS, f"line_length: {'9' * 5_000}\n"),
        (SETTINGS, "line_length: !!bool x\n"),
        (SETTINGS, NINE_LEVELS),
        (RULES, rule() + "added: 2026-02-30\n"),
        (RULES, rule() + "? [a]\n: 1\n"),
        (RULES, rule(body="&r {any: [*r]}")),
        (RULES, NINE_LEVELS + rule(items="*a9")),
        (RULES, rule(items="[API-001]")),
        (RULES, rule(language="{a: b}")),
        (RULES, rule() + "on: push\nfoo: 1\n"),
        (RULES, rule(body="{pattern: print($$$A), 1: 2}")),
        (RULES, rule(body="{pattern: print($$$A), inside: 2026-02-28}")),
    ],
    ids=range(19),
)
def test_an_odd_file_keeps_its_last_good_version_and_is_one_problem(team: Path, name: str, text: str) -> None:
    store = LibraryStore(team)
    assert store.current().problems == ()
    (team / name).write_text(text, encoding="utf-8")
    library = store.current()
    assert only_problem(library).startswith(f"{name}: ")
    api = library.standard("topic", "api")
    assert api is not None
    assert [item.id for item in api.items] == ["API-001"]
    assert library.settings.line_length == 77
    (found,) = [found for found in library.rules_for(PYTHON) if found.id == "team-no-print"]
    assert found.body == {"rule": {"pattern": "print($$$A)"}}


def test_a_rule_that_breaks_its_engine_is_off_and_stops_no_other() -> None:
    class PanicException(BaseException):
        """What a Rust library raises where it gives up."""

    def judge(found: object, language: object) -> None:
        raise PanicException("index out of bounds\nbacktrace")

    library = load_library()
    (versions, *_) = [versions for versions in library.rules if versions[0].language == "python"]
    reason = RuleCompiler(judge).reason(versions[0], PYTHON)
    assert reason is not None
    assert reason.endswith(f"{versions[0].id}: broke off: PanicException: index out of bounds")


LOCKED = ["a locked folder"] if hasattr(os, "geteuid") and os.geteuid() != 0 else []
"""Nothing is locked for root, and Windows has other locks."""


def put_in_place_of(part: Path, kind: str) -> None:
    if kind == "a plain file":
        part.write_text("I am a file.", encoding="utf-8")
    elif kind == "a link that leads nowhere":
        try:
            part.symlink_to(part.parent / "nowhere")
        except OSError:
            pytest.skip("this system lets no ordinary user make links")
    else:
        part.mkdir()
        part.chmod(0)


@pytest.mark.parametrize("kind", ["a plain file", "a link that leads nowhere", *LOCKED])
@pytest.mark.parametrize("part", ["rules", "topics", ""])
def test_a_part_that_cannot_be_looked_into_keeps_its_files_and_is_a_problem(team: Path, kind: str, part: str) -> None:
    root = team / "team"
    root.mkdir()
    for name in ("rules", "topics", SETTINGS):
        (team / name).rename(root / name)
    store = LibraryStore(root)
    assert store.current().problems == ()
    (root / part).rename(team / "away")
    put_in_place_of(root / part, kind)
    library = store.current()
    problem = only_problem(library)
    assert problem.startswith(f"{part or root}: cannot be read: ")
    assert problem.endswith("; its last good files stay in force")
    assert "team-no-print" in rule_ids(library)
    assert library.settings.line_length == 77
    assert load_library(root).load_problems[0].endswith("; it is ignored")
    (root / part).chmod(0o700) if kind == "a locked folder" else (root / part).unlink()


def test_a_part_that_is_missing_is_no_problem(team: Path) -> None:
    store = LibraryStore(team)
    store.current()
    (team / RULES).unlink()
    (team / "rules").rmdir()
    assert store.current().problems == ()
    assert "team-no-print" not in rule_ids(store.current())


def test_the_second_settings_file_is_named(team: Path) -> None:
    write(team, "standards.yaml", "line_length: 66\n")
    library = load_library(team)
    assert only_problem(library) == "standards.yml: not used, for there is standards.yaml; keep one of the two"
    assert library.settings.line_length == 66


def test_a_rule_whose_only_item_is_misspelt_is_off_and_that_is_said(team: Path) -> None:
    write(team, RULES, rule("team-a", items="API-0O1") + "---\n" + rule("team-b", items="API-001, API-0O1"))
    library = load_library(team)
    assert library.load_problems == (
        f"{RULES}: team-a: no standard has the item API-0O1; the rule is off",
        f"{RULES}: team-b: no standard has the item API-0O1",
    )
    assert "team-a" not in rule_ids(library)
    assert "team-b" in rule_ids(library)


class FailingStore(LibraryStore):
    """A store with a fault of its own."""

    looks = 0

    def current(self) -> Library:
        """Fail, and count how often."""
        self.looks += 1
        raise ValueError("nobody thought of this")


async def test_a_failure_in_the_background_is_logged_and_ends_no_server(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = FailingStore(tmp_path)
    server = StandardsServer(store)
    with anyio.fail_after(60):
        async with server.background():
            while store.looks < 2:  # the first look, and that of the watch
                (tmp_path / "a.md").touch()
                await anyio.lowlevel.checkpoint()
    assert "looking at the files failed; the server goes on" in caplog.text
    assert "nobody thought of this" in caplog.text


ODD_TEAM = {
    TOPIC: "---\nupdated: 2026-02-30\n---\n",
    SETTINGS: "disable: [2026-13-01]\n",
    RULES: rule() + "? [a]\n: 1\n",
}
ODD_PROJECT = {
    "AGENTS.md": "---\nupdated: 2026-02-30\n---\nBe kind.\n",
    ".cursor/rules/a.mdc": f"---\nx: {'[' * 3_000}\n---\nBe kind.\n",
    ".cursor/rules/b.mdc": "---\nglobs: *.py\nupdated: 2026-02-30\n---\nBe kind.\n",
    "pyproject.toml": f"[tool.x]\na = {'9' * 5_000}\n",
}


async def test_odd_files_at_the_start_and_later_end_no_server(tmp_path: Path) -> None:
    for name, text in ODD_PROJECT.items():
        write(tmp_path / "project", name, text)
    (tmp_path / "team").mkdir()
    variables = {"STANDARDS_DIR": str(tmp_path / "team"), "PROJECT_DIR": str(tmp_path / "project")}
    async with RawServer([sys.executable, SERVER], env=clean_environment(**variables)) as server:
        await server.initialize()
        await server.request("resources/subscribe", {"uri": "standards://index"})
        for name, text in ODD_TEAM.items():
            write(tmp_path / "team", name, text)
        await server.notification("notifications/resources/updated", deadline_s=60)
        answer = await server.request("resources/read", {"uri": "standards://index"})
        said = answer["result"]["contents"][0]["text"].partition("## Problems")[2]
        assert [name for name in (*ODD_TEAM, *ODD_PROJECT) if f"- {name}: " not in said] == []
        checked = await server.call("check_code", code="x = 1\n", language="python")
        assert checked["structuredContent"]["parsed"] is True
