"""What comes out: the files that were asked for, called and framed as their language and framework expect it."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest

import code_assistant.scaffold as package
from code_assistant.scaffold import scaffold
from code_assistant.scaffold.prose import MAX_READ_CHARS
from coding_standards.languages import NAMES, UnknownLanguageError
from tests.code_assistant.scaffold.samples import AUTHENTICATION, ORDINARY, everything, source

ROOT = Path(package.__file__).parents[2]


@pytest.mark.parametrize("language", NAMES)
def test_tests_and_documents_come_only_when_asked_for(language: str) -> None:
    for tests, docs in product((False, True), repeat=2):
        files = scaffold(AUTHENTICATION, language, (), include_tests=tests, include_docs=docs)
        assert [file.role for file in files] == ["source", *["test"] * tests, *["doc"] * docs]
        assert len({file.path for file in files}) == len(files)


@pytest.mark.parametrize("language", NAMES)
def test_the_document_names_every_file_and_says_that_it_is_a_scaffold(language: str) -> None:
    *files, document = everything(AUTHENTICATION, language)
    assert document.language == "markdown"
    assert "This is a scaffold" in document.content
    assert [file.path for file in files if f"`{file.path}`" not in document.content] == []


def test_the_document_says_when_there_is_no_test() -> None:
    document = scaffold(AUTHENTICATION, "go", (), include_tests=False, include_docs=True)[-1]
    assert "There is no test yet" in document.content
    assert "fails by design" not in document.content


def test_the_document_installs_what_the_code_imports() -> None:
    assert "npm install express\nnode --test" in everything(AUTHENTICATION, "javascript", "express@5")[-1].content
    assert "npm install" not in everything(AUTHENTICATION, "javascript")[-1].content


@pytest.mark.parametrize(
    ("language", "paths"),
    [
        ("python", ["user_authentication.py", "test_user_authentication.py"]),
        ("javascript", ["user-authentication.mjs", "user-authentication.test.mjs"]),
        ("typescript", ["user-authentication.ts", "user-authentication.test.ts"]),
        ("go", ["user_authentication.go", "user_authentication_test.go"]),
        ("rust", ["src/lib.rs", "tests/user_authentication.rs"]),
        ("sql", ["migrations/0001_create_user_authentication.sql", "tests/user_authentication_test.sql"]),
        ("html", ["user-authentication.html", "user-authentication.test.mjs"]),
    ],
)
def test_files_are_called_as_the_language_expects(language: str, paths: list[str]) -> None:
    assert [file.path for file in everything(AUTHENTICATION, language)[:-1]] == paths


def test_a_framework_that_is_known_gets_its_frame() -> None:
    assert '@router.post("/user-authentication")' in source(AUTHENTICATION, "python", "fastapi")
    assert '.post("/user-authentication", (request, response, next)' in source(AUTHENTICATION, "typescript", "express")
    assert "@router" in source("Answer health checks", "python", "fastapi")
    assert '@router.post("/ping")' in source("Write a health check endpoint /ping", "python", "fastapi")
    assert "export function UserCard({ name })" in source("Component UserCard with name", "javascript", "react")
    assert "class Product(BaseModel)" in source("A data model for a product", "python", "pydantic")
    assert "pydantic" not in source("A data model for a product", "python")


def test_a_library_that_is_not_known_is_named_and_not_imported() -> None:
    code = source(AUTHENTICATION, "python", "frobnicate>=2")
    assert "Intended libraries: frobnicate." in code
    assert "import frobnicate" not in code


def test_a_password_is_neither_shown_nor_stored_as_it_is() -> None:
    assert "password: str = field(repr=False)" in source(AUTHENTICATION, "python")
    assert "password_hash TEXT NOT NULL" in source("Create a users table with email and password", "sql")


def test_a_statement_in_sql_reads_from_the_table_that_is_spoken_of() -> None:
    code = source("query to find all orders of a customer in the last month", "sql")
    assert "FROM orders\nWHERE id = :id\n" in code
    assert "CREATE TABLE" not in code


def test_an_unknown_language_is_refused_and_an_alias_is_not() -> None:
    assert everything(AUTHENTICATION, "py") == everything(AUTHENTICATION, "python")
    with pytest.raises(UnknownLanguageError, match="known: python"):
        everything(AUTHENTICATION, "cobol")


def test_a_stranger_adds_a_framework_by_adding_a_file(tmp_path: Path) -> None:
    for name in ("code_assistant", "coding_standards", "groundwork"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    template = tmp_path / "code_assistant" / "scaffold" / "templates" / "python" / "endpoint.bottle.j2"
    template.write_text(
        '{% set path = subject | module ~ ".py" %}\n{% set uses = ["bottle"] %}\n"""{{ head("", uses) }}"""\n\n'
        'from bottle import post\n\n\n@post("/{{ route | kebab }}")\ndef {{ operation.words | snake }}() -> str:\n'
        '    """{{ operation.title }}"""\n    raise NotImplementedError\n',
        encoding="utf-8",
    )
    script = (
        "from code_assistant.scaffold import scaffold\n"
        "for file in scaffold('Send pings', 'python', ['Bottle==0.13'], include_tests=True, include_docs=True):\n"
        "    print(file.path, file.content, sep='\\n')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert '@post("/send-pings")\ndef send_pings() -> str:' in done.stdout, done.stderr
    assert "test_send_pings.py" in done.stdout
    assert "pip install pytest bottle" in done.stdout


def test_equal_requests_give_equal_files_in_every_process() -> None:
    script = (
        "from code_assistant.scaffold import scaffold; import hashlib\n"
        f"requests, languages = {ORDINARY[:4]!r}, {NAMES!r}\n"
        "files = [scaffold(r, l, (), include_tests=True, include_docs=True) for r in requests for l in languages]\n"
        "print(hashlib.sha256(repr(files).encode()).hexdigest())"
    )
    outputs = set()
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run(
            [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
        )
        outputs.add(done.stdout)
    assert len(outputs) == 1


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


@pytest.mark.parametrize("request_text", ["x" * 8_000, "takes a, " * 888, "of " * 2_600, "aB" * 4_000])
def test_of_a_long_request_the_beginning_alone_is_read(request_text: str) -> None:
    assert everything(request_text, "typescript") == everything(request_text[:MAX_READ_CHARS], "typescript")
