"""Which of the libraries that Context7 offers is taken for the one asked for: the name first, all else after it."""

from __future__ import annotations

import pytest

from code_assistant.context7.match import Match, best_match
from code_assistant.project.libraries import parse_library

PYDANTIC = Match("/pydantic/pydantic", "Pydantic", 9.6, 680)
PYDANTIC_AI = Match("/pydantic/pydantic-ai", "Pydantic AI", 9.6, 1_500)
FASTAPI = Match("/fastapi/fastapi", "FastAPI", 9.9, 850)
FASTAPI_SITE = Match("/websites/fastapi_tiangolo", "FastAPI", 9.9, 31_000)
SQLMODEL = Match("/fastapi/sqlmodel", "SQLModel", 9.9, 1_200)
REDIS = Match("/redis/redis", "Redis", 9.0, 800)
REDIS_PY = Match("/redis/redis-py", "redis-py", 9.0, 900)
NODE_REDIS = Match("/redis/node-redis", "Node Redis", 9.0, 1_000)
GO_REDIS = Match("/redis/go-redis", "Go Redis", 9.0, 1_100)
LANGCHAIN = Match("/langchain-ai/langchain", "LangChain", 9.2, 900)
LANGCHAIN_JS = Match("/langchain-ai/langchainjs", "LangChain JS", 9.2, 1_000)
NEXT = Match("/vercel/next.js", "Next.js", 10.0, 3_000)
NEXT_AUTH = Match("/nextauthjs/next-auth", "NextAuth.js", 9.0, 4_000)
TANSTACK = Match("/tanstack/react-query", "TanStack React Query", 8.0, 900)
OTHER_QUERY = Match("/someone/react-query", "React Query", 9.0, 2_000)
GIN = Match("/gin-gonic/gin", "Gin", 9.0, 200)
OTHER_GIN = Match("/someone/gin", "Gin", 9.9, 900)
REACT = Match("/facebook/react", "React", 9.0, 2_000)


@pytest.mark.parametrize(
    ("asked", "language", "chosen", "others"),
    [
        ("pydantic", "python", PYDANTIC, [PYDANTIC_AI]),
        ("fastapi", "python", FASTAPI, [SQLMODEL]),
        ("fastapi", "python", FASTAPI, [FASTAPI_SITE]),
        ("FastAPI", "python", FASTAPI_SITE, [SQLMODEL]),
        ("redis", "python", REDIS_PY, [REDIS, NODE_REDIS, GO_REDIS]),
        ("redis", "typescript", NODE_REDIS, [REDIS, REDIS_PY, GO_REDIS]),
        ("redis", "go", GO_REDIS, [REDIS, REDIS_PY, NODE_REDIS]),
        ("redis", "rust", REDIS, [REDIS_PY, NODE_REDIS, GO_REDIS]),
        ("redis-py", "python", REDIS_PY, [REDIS]),
        ("langchain", "python", LANGCHAIN, [LANGCHAIN_JS]),
        ("langchain", "javascript", LANGCHAIN_JS, [LANGCHAIN]),
        ("langchainjs", "python", LANGCHAIN_JS, [LANGCHAIN]),
        ("next", "javascript", NEXT, [NEXT_AUTH]),
        ("nextjs", "typescript", NEXT, [NEXT_AUTH]),
        ("@tanstack/react-query", "typescript", TANSTACK, [OTHER_QUERY, REACT]),
        ("github.com/gin-gonic/gin", "go", GIN, [OTHER_GIN]),
        ("github.com/gin-gonic/gin/v2", "go", GIN, [OTHER_GIN]),
        ("flask", "python", Match("/pallets/flask", "Flask", 9.0, 10), [Match("/x/python-flask", "Flask", 3.0, 900)]),
        ("com.google.guava:guava", "java", Match("/google/guava", "Guava", 9.0), [Match("/x/guavas", "Guavas", 9.9)]),
    ],
)
def test_the_name_decides_then_the_language(asked: str, language: str, chosen: Match, others: list[Match]) -> None:
    for matches in ((chosen, *others), (*others, chosen)):
        assert best_match(parse_library(asked), matches, language) == (chosen, None)


@pytest.mark.parametrize(
    ("asked", "offered"),
    [
        ("react", Match("/preactjs/preact", "Preact", 9.0, 100)),
        ("requests", Match("/request/request", "Request", 9.0, 100)),
        ("pytest", Match("/vitest-dev/vitest", "Vitest", 9.0, 100)),
        ("vue", Match("/vuejs/vuex", "Vuex", 9.0, 100)),
        ("express", Match("/x/expressly", "Expressly", 2.0, 100)),
        ("flask-login", Match("/flask/flask", "Flask", 9.0, 100)),
        ("pydantic", PYDANTIC_AI),
        ("langchain", LANGCHAIN_JS),
        ("@testing-library/react", REACT),
        ("redis-py", REDIS),
    ],
)
def test_what_has_not_exactly_the_name_is_weak(asked: str, offered: Match) -> None:
    chosen, weakness = best_match(parse_library(asked), (offered,), "python")
    assert chosen == offered
    assert weakness == f"weak match: Context7 knows no {asked}, the nearest is {offered.title} ({offered.id})"


def test_among_weak_matches_the_most_alike_and_those_of_the_same_scope_win() -> None:
    login, flask = Match("/x/flask-login-2", "Flask Login 2", 1.0), Match("/pallets/flask", "Flask", 9.9, 900)
    assert best_match(parse_library("flask-login"), (flask, login), "python")[0] == login
    nest, core = Match("/nestjs/nest", "NestJS", 9.0), Match("/someone/core", "Core", 9.9)
    assert best_match(parse_library("@nestjs/core"), (core, nest), "typescript")[0] == nest


def test_among_the_trusted_a_version_that_fits_goes_before_trust_and_trust_before_size() -> None:
    with_version = Match("/a/thing", "Thing", 7.0, 10, ("v1.4.2",))
    trusted = Match("/b/thing", "Thing", 9.0, 10, ("v2.0.0",))
    large = Match("/c/thing", "Thing", 8.0, 9_000)
    matches = (large, trusted, with_version)
    assert best_match(parse_library("thing==1.4"), matches, "python") == (with_version, None)
    assert best_match(parse_library("thing"), matches, "python") == (trusted, None)


@pytest.mark.parametrize("trust", [0.0, 0.5, 3.9, 5.0])
def test_a_listed_version_does_not_outrank_a_reputation(trust: float) -> None:
    copy = Match("/evil/fastapi", "FastAPI", trust, 1, ("0.115.6",))
    for matches in ((copy, FASTAPI), (FASTAPI, copy)):
        assert best_match(parse_library("fastapi==0.115.6"), matches, "python") == (FASTAPI, None)


def test_a_low_reputation_makes_a_weak_match_of_an_exact_name() -> None:
    copy = Match("/evil/fastapi", "FastAPI", 0.5, 1, ("0.115.6",))
    chosen, weakness = best_match(parse_library("fastapi"), (copy,), "python")
    assert chosen == copy
    assert weakness == "weak match: FastAPI (/evil/fastapi) has a low or unknown reputation at Context7"


def test_where_all_is_equal_the_first_that_is_listed_is_taken() -> None:
    one, two = Match("/a/thing", "Thing", 9.0, 10), Match("/b/thing", "Thing", 9.0, 10)
    assert best_match(parse_library("thing"), (one, two), "python")[0] == one
    assert best_match(parse_library("thing"), (two, one), "python")[0] == two


def library(library_id: str, title: str, trust: float = 9.0, snippets: int = 100) -> Match:
    return Match(library_id, title, trust, snippets)


@pytest.mark.parametrize(
    ("asked", "language", "chosen", "others"),
    [
        # A scope or a group names the owner, and of the owner's libraries the main one or the most alike is meant.
        ("@acme/core", "typescript", library("/acme/acme", "Acme"), [library("/x/core", "Core", 9.9)]),
        (
            "@acmejs/core",
            "typescript",
            library("/acmejs/acme", "Acme"),
            [library("/acmejs/docs", "AcmeJS Docs", 9, 900)],
        ),
        ("@acme/react-query", "typescript", library("/acme/query", "Query"), [library("/acme/table", "Table", 9, 900)]),
        (
            "@acmejs/toolkit",
            "typescript",
            library("/acmejs/acme-toolkit", "Toolkit"),
            [library("/acmejs/acme", "Acme")],
        ),
        ("@big-sdk/client-x", "typescript", library("/big/big-sdk-js", "SDK"), [library("/x/client-x", "Client X", 3)]),
        (
            "org.acmeframework.web:acme-web-start",
            "java",
            library("/a/acme-web", "Acme Web"),
            [library("/a/acme-x", "X")],
        ),
        # A copy with the exact name and a low reputation loses to what is the same but for a mark.
        (
            "python-thing",
            "python",
            library("/thing/thing", "thing"),
            [library("/x/python-thing", "python-thing", 3, 900)],
        ),
        # Of one owner's libraries, or of two with the same name, the one in the language.
        (
            "big-cloud",
            "python",
            library("/big/python-cloud", "Big Cloud Client"),
            [library("/big/node-cloud", "Big Cloud Node.js")],
        ),
        ("gopkg.in/yaml.v3", "go", library("/go-yaml/yaml", "YAML", 8.0), [library("/x/yaml", "YAML", 9.0, 900)]),
        (
            "wire.io-client",
            "typescript",
            library("/wireio/wire.io", "Wire.IO"),
            [library("/wireio/wire.io-client-java", "Wire Java")],
        ),
    ],
)
def test_the_owners_library_in_the_language_is_taken(
    asked: str, language: str, chosen: Match, others: list[Match]
) -> None:
    for matches in ((chosen, *others), (*others, chosen)):
        assert best_match(parse_library(asked), matches, language)[0] == chosen


def test_a_name_with_a_low_reputation_is_better_than_another_name() -> None:
    real, other = Match("/someone/flask-thing", "Flask Thing", 3.0), Match("/facebook/react", "React", 9.9, 900)
    assert best_match(parse_library("flask-thing"), (other, real), "python")[0] == real
