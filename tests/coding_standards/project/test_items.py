"""Items with an id in a project's own texts: part of every check, search and answer that they hold for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from mcp import Client

from coding_standards.checks.checker import check, ruleset_for
from coding_standards.languages import find_language
from coding_standards.library.search import search
from coding_standards.library.snapshot import Library
from coding_standards.library.store import load_library
from coding_standards.library.texts import checklist, index, summary
from coding_standards.project.texts import MAX_ITEMS, MAX_TITLE
from tests.coding_standards.library.test_library import rule, write
from tests.coding_standards.server.test_standards_server import call, in_shared, read, refused, serving
from tests.support.clients import ERAS, held

PYTHON = find_language("python")
CSS = find_language("css")
API = "src/api/x.py"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("project")
    write(root, "AGENTS.md", "# House\n\n- `TEAM-001` Use the foo library. Always.\n- `PY-001` Use tabs.\n")
    write(root, "src/api/AGENTS.md", "# Service\n\nUse bar here.\n\n- `API-001` Answers carry a trace number.\n")
    write(root, ".cursor/rules/api.mdc", "---\nglobs: src/api/**\n---\nUse baz here.\n")
    write(root, ".cursor/rules/web.mdc", "---\nglobs: '**/*.css'\n---\n- `WEB-001` Use variables.\n")
    write(root, ".cursor/rules/ask.mdc", "---\ndescription: Asked for\n---\n- `ASK-001` Only forwards.\n")
    return root


def outcomes(library: Library, path: str | None = None, code: str = "print(1)\n") -> dict[str, str]:
    report = check(code, PYTHON, ruleset_for(library, PYTHON, path), path)
    assert len({one.id for one in report.rules}) == len(report.rules)
    return {one.id: one.outcome for one in report.rules}


def test_an_item_of_a_project_comes_out_of_the_checks_it_holds_for(root: Path) -> None:
    library = load_library(project=root)
    assert outcomes(library)["TEAM-001"] == "not_checkable"
    assert "API-001" not in outcomes(library)
    assert {"TEAM-001", "API-001"} <= set(outcomes(library, API))
    assert {"TEAM-001", "API-001"} <= set(outcomes(library, str(root / API)))
    assert "API-001" not in outcomes(library, "/elsewhere/src/api/x.py")
    assert "TEAM-001" in outcomes(library, "")
    assert not {"WEB-001", "ASK-001"} & set(outcomes(library, API))
    assert "WEB-001" in {item.id for item in library.items_of(CSS)}
    titles = {item.id: item.title for item in library.items_of(PYTHON)}
    assert titles["TEAM-001"] == "Use the foo library. (AGENTS.md)"


def test_a_report_names_the_texts_that_hold_for_the_path_and_notes_nothing(root: Path) -> None:
    ruleset = ruleset_for(load_library(project=root), PYTHON, API)
    report = check("x = 1\n", PYTHON, ruleset, API)
    assert report.project == ("AGENTS.md", ".cursor/rules/api.mdc", "src/api/AGENTS.md")
    assert report.notes == ()


def test_a_teams_rule_judges_an_item_of_the_project_where_that_holds(root: Path, tmp_path: Path) -> None:
    write(tmp_path, "rules/python.yml", rule(items="TEAM-001") + "---\n" + rule("team-api", items="API-001"))
    library = load_library(tmp_path, root)
    assert library.load_problems == ()
    assert outcomes(library)["TEAM-001"] == "fail"
    assert outcomes(library, API, "x = 1\n")["API-001"] == "no_breach_found"
    assert outcomes(library, API)["API-001"] == "fail"
    assert "team-api" not in {found.id for found in ruleset_for(library, PYTHON, "src/x.py").rules}
    assert "- `TEAM-001` Use the foo library. (checked)" in checklist(library, PYTHON)


def test_an_item_that_holds_for_nothing_cannot_be_judged_by_a_rule(root: Path, tmp_path: Path) -> None:
    write(tmp_path, "rules/python.yml", rule(items="ASK-001"))
    (problem,) = load_library(tmp_path, root).load_problems
    assert "no standard has the item ASK-001; the rule is off" in problem


def test_a_team_switches_an_item_of_the_project_off(root: Path, tmp_path: Path) -> None:
    write(tmp_path, "standards.yml", "disable: [TEAM-001]\n")
    library = load_library(tmp_path, root)
    assert library.load_problems == ()
    assert "TEAM-001" not in outcomes(library)
    assert "TEAM-001" not in {hit.item.id for hit in search(library, "TEAM-001")}


def test_items_of_a_project_are_found_by_id_and_words_with_their_source(root: Path) -> None:
    library = load_library(project=root)
    assert search(library, "team-001")[0].item.id == "TEAM-001"
    assert search(library, "team-001")[0].uri == "AGENTS.md"
    assert search(library, "trace number", PYTHON)[0].uri == "src/api/AGENTS.md"
    assert search(library, "ASK-001", PYTHON)[0].uri == ".cursor/rules/ask.mdc"
    assert "WEB-001" not in {hit.item.id for hit in search(library, "WEB-001 variables", PYTHON)}
    assert search(library, "WEB-001", CSS)[0].item.id == "WEB-001"


def test_an_item_of_the_project_never_takes_the_place_of_a_standards_item(root: Path) -> None:
    library = load_library(project=root)
    assert {item.id: item.title for item in library.items_of(PYTHON)}["PY-001"] != "Use tabs."
    assert [hit.uri for hit in search(library, "PY-001") if hit.item.id == "PY-001"] == ["standards://language/python"]
    said = "PY-001 is an item of standards://language/python, which is used, and another one in AGENTS.md"
    assert any(conflict.startswith(said) for conflict in library.conflicts)
    assert said in index(library)


def test_an_id_that_two_texts_use_differently_is_named_and_the_nearer_one_holds(tmp_path: Path) -> None:
    write(tmp_path, "AGENTS.md", "- `TEAM-001` Use foo.\n- `TEAM-002` Log in UTC.\n")
    write(tmp_path, "CLAUDE.md", "- `TEAM-001` Use foo.\n- `TEAM-002` Log in UTC.\n")  # a copy is no other meaning
    write(tmp_path, "api/AGENTS.md", "- `TEAM-001` Use bar.\n")
    library = load_library(project=tmp_path)
    assert library.conflicts == (
        "TEAM-001 stands for different things in AGENTS.md, CLAUDE.md, api/AGENTS.md; "
        "where several hold, the last one is used",
    )
    titles = [item.title for item in library.items_of(PYTHON, "api/x.py") if item.id.startswith("TEAM-")]
    assert titles == ["Use bar. (api/AGENTS.md)", "Log in UTC. (CLAUDE.md)"]
    assert checklist(library, PYTHON).count("TEAM-002") == 1


def test_the_teams_own_line_length_is_named_in_the_conflict_that_it_wins(tmp_path: Path) -> None:
    write(tmp_path, "team/standards.yml", "line_length: 100\n")
    write(tmp_path, "project/.editorconfig", "root = true\n[*]\nmax_line_length = 88\n")
    write(tmp_path, "project/ruff.toml", "line-length = 70\n")
    library = load_library(tmp_path / "team", tmp_path / "project")
    first, second = library.conflicts
    assert first == (
        "Python: line length is 100 in the team's standards.yml, 70 in ruff.toml, 88 in .editorconfig [*]; 100 is used"
    )
    assert second.endswith("CSS: line length is 100 in the team's standards.yml, 88 in .editorconfig [*]; 100 is used")
    assert load_library(project=tmp_path / "project").conflicts == (
        "Python: line length is 70 in ruff.toml, 88 in .editorconfig [*]; 70 is used",
    )


def test_a_text_of_countless_or_endless_items_keeps_reports_short(tmp_path: Path) -> None:
    lines = [f"- `BIG-{number:03}` Rule {'x' * 90}." for number in range(300)]
    write(tmp_path, "AGENTS.md", f"- `LONG-001` {'word ' * 9_000}\n" + "\n".join(lines) + "\n")
    library = load_library(project=tmp_path)
    brought = library.project_items(PYTHON)
    assert len(brought) == MAX_ITEMS
    assert max(len(item.title) for item, _ in brought) < MAX_TITLE + 10
    assert library.load_problems == ("AGENTS.md: 301 items; all but 200 of them are text only",)


def test_a_summary_lists_the_items_below_their_text(root: Path) -> None:
    lines = summary(load_library(project=root)).splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("- `src/api/AGENTS.md`"))
    assert lines[at + 1] == "  - `API-001` Answers carry a trace number."


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=ERAS)
async def client(request: pytest.FixtureRequest, root: Path) -> AsyncIterator[Client]:
    async with held(serving(request.param, PROJECT_DIR=root)) as connection:
        yield connection


@in_shared
async def test_standards_for_a_path_bring_the_texts_of_its_folder(client: Client) -> None:
    text, answer = await call(client, "get_standards", language="python")
    assert answer["project"] == ["AGENTS.md"]
    assert "Use bar here." not in text
    assert "`src/api/AGENTS.md` Service (files below `src/api/`)" in text
    assert "`.cursor/rules/api.mdc`" in text
    assert "web.mdc" not in text
    text, answer = await call(client, "get_standards", language="python", path=API)
    assert answer["project"] == ["AGENTS.md", ".cursor/rules/api.mdc", "src/api/AGENTS.md"]
    assert "Use bar here." in text
    assert "Use baz here." in text
    _, answer = await call(client, "get_standards", language="python", path="src/x.py")
    assert answer["project"] == ["AGENTS.md"]
    assert "path: " in await refused(client, "get_standards", language="python", path="a\0b")


@in_shared
async def test_a_check_over_the_wire_has_the_projects_items_and_names_its_texts(client: Client) -> None:
    text, report = await call(client, "check_code", code="x = 1\n", language="python", path=API)
    assert "API-001" in report["not_checkable"]
    assert report["project"] == ["AGENTS.md", ".cursor/rules/api.mdc", "src/api/AGENTS.md"]
    assert report["notes"] == []
    assert "`src/api/AGENTS.md`" in text
    text, answer = await call(client, "search_standards", query="TEAM-001")
    assert answer["hits"][0]["uri"] == "AGENTS.md"
    assert "(`AGENTS.md`)" in text


@in_shared
async def test_the_checklist_has_the_projects_items_below_their_text(client: Client) -> None:
    lines = (await read(client, "standards://checklist/python")).splitlines()
    assert "- `TEAM-001` Use the foo library. (person)" in lines
