"""What a subscriber is told: under the URI it named, and also of rules that judge differently than before."""

from __future__ import annotations

from pathlib import Path

import anyio
import pytest
from mcp.client.subscriptions import ResourceUpdated

from coding_standards.languages import find_language
from coding_standards.library.snapshot import Library
from coding_standards.library.store import LibraryStore
from coding_standards.library.texts import checklist, index
from coding_standards.server.subscriptions import canonical, differences
from tests.coding_standards.library.test_library import rule, write
from tests.coding_standards.server.test_standards_server import COMMAND, NEWS_S, serving
from tests.support.clients import LEGACY, MODERN
from tests.support.raw_server import RawServer, clean_environment

PYTHON, CSS = find_language("python"), find_language("css")
OF_PYTHON = {"standards://language/python", "standards://checklist/python"}
ITEMS = "# Ours\n\n- `PY-901` Log.\n"


def changed(store: LibraryStore, before: Library) -> set[str]:
    _, uris = differences(before, store.current())
    return set(uris)


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("standards://language/py", "standards://language/python"),
        ("standards://language/%50Y", "standards://language/python"),
        ("standards://checklist/Golang", "standards://checklist/go"),
        ("standards://topic/Git", "standards://topic/git"),
        ("standards://language/cobol", "standards://language/cobol"),
        ("standards://index", "standards://index"),
        ("anything", "anything"),
    ],
)
def test_each_resource_has_one_canonical_uri(given: str, meant: str) -> None:
    assert canonical(given) == meant


def test_a_rule_that_judges_differently_is_news_of_its_language_alone(tmp_path: Path) -> None:
    write(tmp_path, "rules/python.yml", rule())
    store = LibraryStore(tmp_path)
    before = store.current()
    write(tmp_path, "rules/python.yml", rule(body="{pattern: pprint($$$A)}").replace("print(1)", "pprint(1)"))
    assert changed(store, before) == OF_PYTHON
    before = store.current()
    write(tmp_path, "rules/python.yml", "# The same rule.\n" + rule(body="{pattern: pprint($$$A)}"))
    assert not changed(store, before) & OF_PYTHON


def test_what_the_team_changed_about_rules_is_shown_and_is_news(tmp_path: Path) -> None:
    write(tmp_path, "rules/python.yml", rule())
    store = LibraryStore(tmp_path)
    before = store.current()
    write(tmp_path, "standards.yml", "severity: {team-no-print: warning}\n")
    after = store.current()
    assert OF_PYTHON | {"standards://index"} <= changed(store, before)
    assert not changed(store, before) & {"standards://language/css", "standards://checklist/css"}
    assert "Severities set by `standards.yml`: team-no-print (warning)." in index(after)
    assert "- `team-no-print` has the severity warning" in checklist(after, PYTHON)
    assert "team-no-print" not in checklist(after, CSS)
    write(tmp_path, "standards.yml", "disable: [team-no-print]\n")
    assert changed(store, after) >= OF_PYTHON
    assert "- `team-no-print` is switched off" in checklist(store.current(), PYTHON)


async def test_a_subscriber_of_2025_is_told_under_the_uri_that_it_named(tmp_path: Path) -> None:
    write(tmp_path, "languages/python.md", ITEMS)
    async with RawServer(COMMAND, env=clean_environment(STANDARDS_DIR=str(tmp_path))) as server:
        await server.initialize(LEGACY)
        for uri in ("standards://language/py", "standards://checklist/PY"):
            await server.request("resources/subscribe", {"uri": uri})
        write(tmp_path, "languages/python.md", ITEMS + "- `PY-902` Count.\n")
        news = await server.notification("notifications/resources/updated", count=2, deadline_s=NEWS_S)
        assert {one["params"]["uri"] for one in news} == {"standards://language/py", "standards://checklist/PY"}
        await server.request("resources/unsubscribe", {"uri": "standards://language/py"})
        write(tmp_path, "rules/python.yml", rule(items="PY-901"))
        news = await server.notification("notifications/resources/updated", count=3, deadline_s=NEWS_S)
        assert [one["params"]["uri"] for one in news[2:]] == ["standards://checklist/PY"]


async def test_a_listener_of_2026_is_told_under_the_uri_that_it_named(tmp_path: Path) -> None:
    write(tmp_path, "languages/python.md", ITEMS)
    uris = ["standards://language/py"]
    async with (
        serving(MODERN, STANDARDS_DIR=tmp_path) as client,
        client.listen(resource_subscriptions=uris) as events,
    ):
        write(tmp_path, "languages/python.md", ITEMS + "- `PY-902` Count.\n")
        with anyio.fail_after(NEWS_S):
            assert await anext(events) == ResourceUpdated(uri=uris[0])
