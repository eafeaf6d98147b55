"""The languages' own tools accept every scaffold: no finding, no warning of a compiler, and tests that fail by design.

One compiler run takes many scaffolds, each in a folder of its own where the language needs it.
"""

from __future__ import annotations

import json
import re
import sqlite3
import sys
from pathlib import Path

import pytest

from code_assistant.result import GeneratedFile
from code_assistant.scaffold import scaffold
from coding_standards.languages import NAMES
from tests.code_assistant.scaffold.samples import (
    AUTHENTICATION,
    CLASS,
    COMPONENT,
    FUNCTION,
    LIBRARIES,
    LONG,
    LONG_ENDPOINT,
    ORDINARY,
    PAGE,
    QUERY,
    REGISTRATION,
    RESERVED,
    RESERVED_CLASS,
    RESERVED_ENDPOINT,
    SHORT,
    SIGNATURES,
    TABLE,
    everything,
    findings,
    run,
    save,
)
from tests.support import external

CODE = (AUTHENTICATION, REGISTRATION, FUNCTION, CLASS, RESERVED, RESERVED_CLASS, RESERVED_ENDPOINT, LONG, LONG_ENDPOINT)
RUST = ("--edition", "2021", "-D", "warnings")


@pytest.mark.parametrize("language", NAMES)
def test_every_file_passes_every_rule_of_its_language_without_a_finding(language: str) -> None:
    seen: set[GeneratedFile] = set()
    for request in (*ORDINARY, *SIGNATURES, LONG, LONG_ENDPOINT):
        for libraries in ((), LIBRARIES):
            files = scaffold(request, language, libraries, include_tests=True, include_docs=False)
            seen.update(files)
    assert [line for file in sorted(seen, key=lambda file: file.content) for line in findings(file)] == []


def test_python_runs_and_its_tests_fail_by_design(tmp_path: Path) -> None:
    requests = (*CODE, *SIGNATURES)
    for request in requests:
        save(everything(request, "python"), tmp_path)
    save(everything("A model of a customer with name, age and password", "python", "pydantic"), tmp_path)
    done = run(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=tmp_path)
    assert f"{len(requests) + 1} failed, 4 passed" in done.stdout, done.stdout[-3000:]
    assert len(re.findall("^E +NotImplementedError: ", done.stdout, re.MULTILINE)) == len(requests) + 1


def test_javascript_runs_and_its_tests_fail_by_design(tmp_path: Path) -> None:
    node = str(external.need_node())
    (tmp_path / "node_modules").symlink_to(external.need_typescript()[1], target_is_directory=True)
    cases = [(request, "javascript") for request in (*CODE, *SIGNATURES)] + [(PAGE, "html"), (PAGE, "css")]
    saved = [
        save(everything(request, language, "express"), tmp_path / str(index))["test"]
        for index, (request, language) in enumerate(cases)
    ]
    imports = "".join(f'import "./{path.relative_to(tmp_path)}";\n' for path in saved)
    (tmp_path / "all.test.mjs").write_text(imports, encoding="utf-8")  # one process instead of one a file
    done = run(node, "--test", "--test-reporter=tap", "all.test.mjs", cwd=tmp_path)
    assert f"\n# pass 8\n# fail {len(cases)}\n" in done.stdout, done.stdout[-3000:]
    assert done.stdout.count("error: 'not implemented: ") == len(cases) - 2, done.stdout[-3000:]


def test_typescript_compiles_in_strict_mode(tmp_path: Path) -> None:
    tsc, types = external.need_typescript()
    (tmp_path / "node_modules").symlink_to(types, target_is_directory=True)
    for index, request in enumerate((*CODE, COMPONENT, *SIGNATURES)):
        save(everything(request, "typescript", "express", "react"), tmp_path / f"case{index}")
    options = {
        "strict": True, "noUnusedLocals": True, "noUnusedParameters": True, "noEmit": True, "jsx": "react-jsx",
        "module": "nodenext", "target": "es2022", "types": ["node"], "skipLibCheck": True,
    }  # fmt: skip
    (tmp_path / "tsconfig.json").write_text(json.dumps({"compilerOptions": options}), encoding="utf-8")
    (tmp_path / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    done = run(str(external.need_node()), str(tsc), "--project", ".", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "")


def test_java_compiles_without_a_warning(tmp_path: Path) -> None:
    javac = external.need_tool("javac", "default-jdk-headless")
    paths = {
        str(save(scaffold(request, "java", (), include_tests=False, include_docs=False), tmp_path)["source"])
        for request in (*CODE, TABLE, *SIGNATURES)
    }
    options = ("-encoding", "UTF-8", "-Xlint:all", "-Werror", "-proc:none", "-d", "classes")
    done = run(javac, *options, *sorted(paths), cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_rust_compiles_without_a_warning_and_its_tests_fail_by_design(tmp_path: Path) -> None:
    rustc = external.need_tool("rustc", "rustc")
    tests: dict[str, str] = {}
    lines = []
    for index, request in enumerate((*CODE, TABLE, *SIGNATURES)):
        test = save(everything(request, "rust"), tmp_path / str(index))["test"]
        # All of them as modules of one crate: a compiler run costs more than what it compiles.
        lines.append(f'#[path = "{index}/src/lib.rs"]\npub mod case_{index};\n')
        tests[f"case_{index}"] = test.stem
        text = test.read_text(encoding="utf-8")
        test.write_text(text.replace(f"use {test.stem}::", f"use crate::case_{index}::"), encoding="utf-8")
        lines.append(f'#[cfg(test)]\n#[path = "{index}/tests/{test.name}"]\nmod test_{index};\n')
    (tmp_path / "lib.rs").write_text("".join(lines), encoding="utf-8")
    built = run(rustc, *RUST, "--test", "lib.rs", "-o", "tests.exe", cwd=tmp_path)
    assert built.returncode == 0, built.stderr
    done = run(str(tmp_path / "tests.exe"), cwd=tmp_path)
    assert f"4 passed; {len(tests)} failed" in done.stdout, done.stdout[-3000:]


def test_go_is_formatted_and_its_tests_fail_by_design(tmp_path: Path) -> None:
    go, gofmt = external.need_tool("go", "golang-go"), external.need_tool("gofmt", "golang-go")
    requests = (*CODE, TABLE, *SIGNATURES)
    for index, request in enumerate(requests):
        save(everything(request, "go"), tmp_path / f"case{index}")
    (tmp_path / "go.mod").write_text("module example.com/scaffold\n\ngo 1.19\n", encoding="utf-8")
    assert run(gofmt, "-l", ".", cwd=tmp_path).stdout == ""
    done = run(go, "test", "-v", "./...", cwd=tmp_path)
    assert done.stdout.count("--- FAIL") == len(requests), done.stdout[-3000:] + done.stderr
    assert done.stdout.count("--- PASS") == 4, done.stdout


@pytest.mark.parametrize("request_text", [AUTHENTICATION, TABLE, RESERVED_ENDPOINT, QUERY, SHORT])
def test_sql_runs_until_the_assertion_that_fails_by_design(request_text: str) -> None:
    source, test, _ = everything(request_text, "sql")
    database = sqlite3.connect(":memory:", isolation_level=None)
    try:
        if source.path.startswith("migrations/"):
            database.executescript(source.content)
        with pytest.raises(sqlite3.IntegrityError, match="holds = 1"):
            database.executescript(test.content)
        assert database.execute("SELECT COUNT(*) FROM assertions").fetchone() == (1,)
    finally:
        database.close()
