"""The ladder of documentation over the real Context7, current and old, with every way in which it fails."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from code_assistant.children.child import Child
from code_assistant.children.launch import StdioLaunch
from code_assistant.context7.client import QUERY as QUERY_TOOL
from code_assistant.context7.client import RESOLVE, Context7, DocumentationError
from code_assistant.context7.guard import load_usage
from code_assistant.documentation.cache import Cache
from code_assistant.documentation.document import Document, Documentation, NoDocument
from code_assistant.documentation.ladder import Documents
from tests.fakes.context7_api import NOTICE, Context7Fake
from tests.support import external
from tests.support.children import WAIT_S, launching, supervised

pytestmark = pytest.mark.asyncio(loop_scope="module")

BOTH = pytest.mark.parametrize("version", [external.CURRENT, external.OLD])
QUERY = "Declare the dependencies of a handler"


def missed(found: Documentation) -> NoDocument:
    assert isinstance(found, NoDocument), found
    return found


@dataclass(frozen=True)
class Scene:
    """A ladder over a real Context7 that asks a fake of its API."""

    documents: Documents
    cache: Cache
    api: Context7Fake
    child: Child

    async def find(self, library: str, query: str = QUERY) -> Document:
        found = await self.documents.find(library, query)
        assert isinstance(found, Document), found
        return found

    async def miss(self, library: str) -> NoDocument:
        return missed(await self.documents.find(library, QUERY))

    def stored(self, kind: str) -> list[str]:
        with closing(sqlite3.connect(self.cache.path)) as db:
            return [row[0] for row in db.execute("SELECT value FROM entries WHERE kind = ?", (kind,))]

    def age(self, seconds: float) -> None:
        """Let everything in the cache be older."""
        with closing(sqlite3.connect(self.cache.path)) as db, db:
            db.execute("UPDATE entries SET stored_at = stored_at - ?", (seconds,))

    def write(self, kind: str, key: str, value: str) -> None:
        """Put something into the cache that this version of the program would not."""
        with closing(sqlite3.connect(self.cache.path)) as db, db:
            db.execute("DELETE FROM entries WHERE kind = ? AND key = ?", (kind, key))
            row = (kind, key, time.time(), time.time(), 1, value)
            columns = "kind, key, stored_at, used_at, size, value"
            db.execute(f"INSERT INTO entries ({columns}) VALUES (?, ?, ?, ?, ?, ?)", row)

    def rewrite(self, kind: str, value: str) -> None:
        """Let all entries of a kind hold something else."""
        with closing(sqlite3.connect(self.cache.path)) as db, db:
            db.execute("UPDATE entries SET value = ? WHERE kind = ?", (value, kind))

    def forget_failures(self) -> None:
        with closing(sqlite3.connect(self.cache.path)) as db, db:
            db.execute("DELETE FROM entries WHERE kind = 'failure'")


Climb = Callable[[str], Awaitable[Scene]]


@asynccontextmanager
async def started(version: str, api: Context7Fake) -> AsyncIterator[Child]:
    script = external.need_context7(version)
    environment = api.environment(old=version == external.OLD)
    async with supervised(StdioLaunch(str(external.need_node()), (str(script),), environment)) as child:
        yield child


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running() -> AsyncIterator[dict[str, tuple[Context7Fake, Child]]]:
    """A Context7 of each generation with the fake it asks; neither remembers anything from test to test."""
    async with AsyncExitStack() as stack:
        found: dict[str, tuple[Context7Fake, Child]] = {}
        for version in (external.CURRENT, external.OLD):
            api = stack.enter_context(Context7Fake())
            found[version] = (api, await stack.enter_async_context(started(version, api)))
        yield found


def scene_of(api: Context7Fake, child: Child, folder: Path) -> Scene:
    cache = Cache(folder / "cache")
    return Scene(Documents(Context7(child), cache), cache, api, child)


@pytest.fixture
def ladder(running: dict[str, tuple[Context7Fake, Child]], tmp_path: Path) -> Climb:
    """`scene = await ladder(version)`: a ladder with an empty cache and a well API."""

    async def climb(version: str) -> Scene:
        api, child = running[version]
        await child.wait_ready(WAIT_S)
        api.recover()
        api.journal.forget()
        return scene_of(api, child, tmp_path)

    return climb


@BOTH
async def test_documentation_is_fetched_once_and_then_comes_from_the_cache(version: str, ladder: Climb) -> None:
    scene = await ladder(version)
    first = await scene.find("fastapi")
    assert (first.source, first.library_id, first.note) == ("context7", "/fastapi/fastapi", None)
    assert "Annotated" in first.text
    second = await scene.find("FastAPI")
    assert (second.source, second.text) == ("cache", first.text)
    assert second.age_s is not None
    assert (len(scene.api.searches), len(scene.api.lookups)) == (1, 1)


@BOTH
async def test_a_hundred_equal_questions_cost_one_search_and_one_lookup(version: str, ladder: Climb) -> None:
    scene = await ladder(version)
    found = await asyncio.gather(*(scene.find("fastapi") for _ in range(100)))
    assert {doc.source for doc in found} == {"context7"}
    assert (len(scene.api.searches), len(scene.api.lookups)) == (1, 1)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "add account admin alert any api app arg async audit auth avatar then upload via websocket",
            "add account admin alert any api app arg async audit auth avatar then pay through stripe",
        ),
        ("Convert JSON to XML", "Convert XML to JSON"),
        ("Sort by id", "Sort by no"),
        ("Use caching", "Do not use caching"),
        ("Read a .env file", "Read an env file"),
        ("Parse C++", "Parse C#"),
        ("Создай модель пользователя", "Удали все заказы"),
        ("创建用户登录接口", "删除所有订单"),
        ("लिखो कि", "लिखो की"),
    ],
)
async def test_different_questions_never_share_an_answer(one: str, other: str, ladder: Climb) -> None:
    scene = await ladder(external.CURRENT)
    for question in (one, other):
        found = await scene.find("fastapi", question)
        assert (found.source, f"Asked about: {question}" in found.text) == ("context7", True)
    assert len(scene.api.searches) == 1


async def test_the_same_question_in_slightly_other_words_shares_its_answer(ladder: Climb) -> None:
    scene = await ladder(external.CURRENT)
    await scene.find("fastapi", "Write the endpoint for users.")
    for question in ("write an endpoint, for users", "Please write the  endpoint for Users"):
        assert (await scene.find("fastapi", question)).source == "cache"


async def test_what_context7_is_not_told_makes_no_other_question(ladder: Climb) -> None:
    scene = await ladder(external.CURRENT)
    beginning = "Write an endpoint for users. " * 12
    await scene.find("fastapi", beginning + "One.")
    assert (await scene.find("fastapi", beginning + "Two.")).source == "cache"


async def test_the_disk_does_not_tell_what_was_asked(ladder: Climb) -> None:
    scene = await ladder(external.CURRENT)
    await scene.find("fastapi", "Compute salaries")
    with closing(sqlite3.connect(scene.cache.path)) as db:
        assert not [key for (key,) in db.execute("SELECT key FROM entries") if "salar" in key]


FAILURES: dict[str, tuple[Callable[[Context7Fake], None], str, str]] = {
    "429": (lambda api: api.fail(429), "", "wait, or set CONTEXT7_API_KEY"),
    "401": (lambda api: api.fail(401), "401", "correct or unset CONTEXT7_API_KEY"),
    "500": (lambda api: api.fail(500), "500", "try again later"),
    "rubbish": (lambda api: api.talk_rubbish(), "Context7", ""),
    "empty": (lambda api: api.say_nothing(), "no such library", "check the library's name"),
}


@BOTH
@pytest.mark.parametrize("name", FAILURES)
async def test_a_failure_is_recognised_told_remembered_and_never_taken_for_documentation(
    version: str, name: str, ladder: Climb
) -> None:
    break_down, why, remedy = FAILURES[name]
    scene = await ladder(version)
    break_down(scene.api)
    failed = await scene.miss("fastapi")
    assert failed.why
    assert why in failed.why
    assert remedy in failed.remedy
    assert failed.remedy
    assert scene.stored("text") == []
    assert scene.stored("match") == []
    asked = len(scene.api.requests)
    assert (await scene.miss("fastapi")).why
    assert len(scene.api.requests) == asked  # a failure is believed for a minute
    scene.api.recover()
    scene.forget_failures()
    assert (await scene.find("fastapi")).source == "context7"


@BOTH
@pytest.mark.parametrize("name", FAILURES)
async def test_a_failure_after_the_search_leaves_the_stale_documentation(
    version: str, name: str, ladder: Climb
) -> None:
    break_down, _, _ = FAILURES[name]
    scene = await ladder(version)
    fresh = await scene.find("fastapi")
    scene.age(2 * 86_400)
    break_down(scene.api)
    stale = await scene.find("fastapi")
    assert (stale.source, stale.text) == ("cache", fresh.text)
    assert stale.age_s is not None
    assert stale.age_s >= 2 * 86_400
    assert stale.note is not None
    assert stale.note.startswith("stale, since ")


@BOTH
async def test_without_a_network_the_reason_says_so(version: str, tmp_path: Path) -> None:
    with Context7Fake() as gone:
        pass
    async with started(version, gone) as child:
        await child.wait_ready(WAIT_S)
        failed = await scene_of(gone, child, tmp_path).miss("fastapi")
        assert failed.why.startswith("Context7 is not reachable")
        assert "HTTPS_PROXY" in failed.remedy


@BOTH
@pytest.mark.parametrize("name", FAILURES)
async def test_the_notice_for_anonymous_callers_makes_no_documentation_of_a_failure(
    version: str, name: str, ladder: Climb
) -> None:
    break_down, _, _ = FAILURES[name]
    scene = await ladder(version)
    await scene.find("fastapi", "first")
    scene.api.ask_to_sign_in()
    break_down(scene.api)
    for _ in range(2):
        failed = await scene.miss("fastapi")
        assert failed.why
    assert len(scene.stored("text")) == 1


@BOTH
async def test_the_notice_for_anonymous_callers_is_neither_shown_nor_kept(version: str, ladder: Climb) -> None:
    scene = await ladder(version)
    scene.api.ask_to_sign_in()
    found = await scene.find("fastapi")
    assert found.source == "context7"
    assert "Annotated" in found.text
    assert "anonymously" not in f"{found.text}{scene.stored('text')}"


async def test_what_an_earlier_version_kept_is_judged_again(ladder: Climb) -> None:
    scene = await ladder(external.CURRENT)
    fresh = await scene.find("fastapi")
    scene.rewrite("text", f"{fresh.text}{NOTICE}")
    kept = await scene.find("fastapi")
    assert (kept.source, kept.text) == ("cache", fresh.text.rstrip())
    scene.rewrite("text", f"Rate limited or quota exceeded.{NOTICE}")
    assert (await scene.find("fastapi")).source == "context7"


async def test_an_unknown_library_is_told_by_name_and_others_still_come(ladder: Climb) -> None:
    scene = await ladder(external.CURRENT)
    unknown, known = await asyncio.gather(scene.miss("no-such-library-at-all"), scene.find("react"))
    assert "no such library" in unknown.why
    assert (known.source, known.library_id) == ("context7", "/facebook/react")


async def test_a_rate_limit_holds_for_every_library_until_it_says(ladder: Climb) -> None:
    scene = await ladder(external.OLD)
    scene.api.fail(429)
    assert "rate limit" in (await scene.miss("fastapi")).why
    (failure,) = (json.loads(value) for value in scene.stored("failure"))
    assert failure["until"] >= time.time() + 50
    asked = len(scene.api.requests)
    scene.api.recover()
    assert "rate limit" in (await scene.miss("react")).why
    assert len(scene.api.requests) == asked


async def test_an_api_that_hangs_is_waited_for_once_a_minute(ladder: Climb) -> None:
    scene = await ladder(external.CURRENT)
    hasty = Documents(Context7(scene.child), scene.cache, timeout_s=1.0)
    scene.api.hang()
    late = missed(await hasty.find("fastapi", QUERY))
    assert late.why == "Context7 gave no answer within 1 s"
    assert "try again in a minute" in late.remedy
    asked = len(scene.api.requests)
    started = time.monotonic()
    for library in ("fastapi", "react"):
        again = missed(await hasty.find(library, QUERY))
        assert (again.why, again.remedy) == (late.why, late.remedy)
    with pytest.raises(DocumentationError, match="no answer within 1 s"):
        await hasty.answer_tool(QUERY_TOOL, {"libraryId": "/facebook/react", "query": "x"}, 1.0)
    assert time.monotonic() - started < 1.0
    assert len(scene.api.requests) == asked
    scene.api.recover()
    scene.forget_failures()
    assert (await scene.find("fastapi")).source == "context7"


async def test_a_server_that_is_not_ready_in_time_is_asked_again_at_once(tmp_path: Path) -> None:
    silent = Child("context7", launching(StdioLaunch(sys.executable, ("-c", "input()"))))
    found = missed(await Documents(Context7(silent), Cache(tmp_path), timeout_s=0.1).find("fastapi", QUERY))
    assert found.why
    assert found.remedy
    assert Cache(tmp_path).get("failure", "*") is None
    assert Cache(tmp_path).get("failure", "fastapi") is None


async def test_the_models_own_calls_obey_a_known_rate_limit(ladder: Climb) -> None:
    scene = await ladder(external.CURRENT)
    calls = [
        (QUERY_TOOL, {"libraryId": "/serde-rs/serde", "query": "derive"}),
        (RESOLVE, {"libraryName": "serde", "query": "derive"}),
    ]
    scene.api.fail(429)
    await scene.miss("fastapi")
    scene.api.recover()
    asked = len(scene.api.requests)
    for tool, arguments in calls:
        with pytest.raises(DocumentationError, match="rate limit"):
            await scene.documents.answer_tool(tool, arguments, WAIT_S)
    assert len(scene.api.requests) == asked
    scene.forget_failures()
    answers = [await scene.documents.answer_tool(tool, arguments, WAIT_S) for tool, arguments in calls]
    assert "Derive both directions" in (answers[0] or "")
    assert "/serde-rs/serde" in (answers[1] or "")


async def test_a_rate_limit_that_the_model_meets_holds_for_all(ladder: Climb) -> None:
    scene = await ladder(external.CURRENT)
    scene.api.fail(429)
    with pytest.raises(DocumentationError):
        await scene.documents.answer_tool(RESOLVE, {"libraryName": "serde", "query": "x"}, WAIT_S)
    scene.api.recover()
    assert "rate limit" in (await scene.miss("fastapi")).why


async def test_the_models_own_calls_cost_nothing_where_the_answer_is_known(ladder: Climb) -> None:
    scene = await ladder(external.CURRENT)
    await scene.find("fastapi")
    asked = len(scene.api.requests)
    for name in ("fastapi", "FastAPI", " fastapi "):
        answer = await scene.documents.answer_tool(RESOLVE, {"libraryName": name, "query": "an endpoint"}, WAIT_S)
        assert "Context7-compatible library ID: /fastapi/fastapi" in (answer or "")
    assert len(scene.api.requests) == asked


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [(RESOLVE, {"libraryName": "serde"}), (QUERY_TOOL, {"libraryId": "/serde-rs/serde"})],
)
async def test_equal_calls_of_the_model_are_one_and_stale_answers_beat_none(
    tool: str, arguments: dict[str, str], ladder: Climb
) -> None:
    scene = await ladder(external.CURRENT)

    async def ask() -> str:
        return await scene.documents.answer_tool(tool, {**arguments, "query": "derive"}, WAIT_S) or ""

    answers = await asyncio.gather(*(ask() for _ in range(20)))
    assert len(set(answers)) == len(scene.api.requests) == 1
    scene.age(8 * 86_400)
    scene.api.fail(500)
    stale = await ask()
    assert stale.endswith(answers[0])
    assert len(scene.api.requests) == 2
    assert ("8 d old, since " in stale) == (tool == QUERY_TOOL)


async def test_what_a_wrong_clock_has_stored_in_the_future_is_stale(ladder: Climb) -> None:
    scene = await ladder(external.CURRENT)
    await scene.find("fastapi")
    scene.age(-30 * 86_400)
    assert (await scene.find("fastapi")).source == "context7"
    assert (len(scene.api.searches), len(scene.api.lookups)) == (2, 2)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("match", '[{"id": "/fast'),
        ("match", "[]"),
        ("match", '[{"name": "fastapi"}]'),
        ("match", '{"id": "/a/b"}'),
        ("match", '[{"id": "/fastapi/fastapi", "title": "FastAPI", "stars": 5}]'),
        ("failure", "{}"),
        ("failure", "null"),
        ("failure", '{"until": "soon", "why": "x", "remedy": "y"}'),
        ("failure", '{"until": 1e300, "why": "x", "remedy": "y"}'),
    ],
)
async def test_odd_rows_in_the_cache_stop_no_request(kind: str, value: str, ladder: Climb) -> None:
    scene = await ladder(external.CURRENT)
    scene.cache.measure()
    scene.write(kind, "fastapi", value)
    found = await scene.find("fastapi")
    assert (found.source, found.library_id) == ("context7", "/fastapi/fastapi")


async def test_the_version_asked_for_is_chosen_and_a_difference_is_told(ladder: Climb) -> None:
    scene = await ladder(external.CURRENT)
    exact = await scene.find("fastapi==0.115.*")
    assert (exact.version, exact.library_id) == ("0.115.13", "/fastapi/fastapi/0.115.13")
    assert "Version: 0.115.13" in exact.text
    other = await scene.find("react@17")
    assert other.library_id == "/facebook/react"
    assert other.note is not None
    assert "17" in other.note
    assert "this is the latest" in other.note


async def test_a_weak_match_is_marked(ladder: Climb) -> None:
    scene = await ladder(external.CURRENT)
    found = await scene.find("re")
    assert found.note is not None
    assert found.note.startswith("weak match: Context7 knows no re")


async def test_a_killed_context7_costs_nothing_but_time(ladder: Climb) -> None:
    scene = await ladder(external.CURRENT)
    scene.child.kill()
    assert (await scene.find("fastapi")).source == "context7"


async def test_without_context7_the_reason_and_remedy_are_told() -> None:
    found = missed(await Documents(None).find("fastapi", QUERY))
    assert found.why == "Context7 is switched off"
    assert found.remedy


async def test_each_concept_is_asked_for_by_itself_and_the_answers_are_one(ladder: Climb) -> None:
    scene = await ladder(external.CURRENT)
    request = "With FastAPI:\n- declare a body\n- validate it with pydantic\n- stream the answer\n"
    found = await scene.documents.find("fastapi", request, "python", ("fastapi", "pydantic"))
    assert isinstance(found, Document), found
    assert len(scene.api.lookups) == 2
    assert len(scene.stored("text")) == 2
    again = await scene.documents.find("fastapi", request, "python", ("fastapi", "pydantic"))
    assert isinstance(again, Document)
    assert (again.source, again.text) == ("cache", found.text)
    assert len(scene.api.lookups) == 2


async def test_calls_are_counted_by_the_month_and_a_refusal_is_known(ladder: Climb) -> None:
    scene = await ladder(external.CURRENT)
    await scene.find("fastapi")
    assert scene.cache.status()["context7_calls_this_month"] == 2
    scene.api.fail(429)
    await scene.miss("pydantic")
    status = scene.cache.status()
    assert status["context7_calls_this_month"] == 3
    assert "rate limit" in str(status["context7_refuses"])
    assert str(status["context7_refuses_until"]).endswith("UTC")
    other = Cache(scene.cache.path.parent)
    load_usage(other)
    assert other.usage == scene.cache.usage
