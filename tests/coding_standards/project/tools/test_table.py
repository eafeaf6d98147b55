"""Each tool of the table, the real one: what it finds in an answer is what it finds when it is run by hand."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from coding_standards import languages
from coding_standards.project.tools.judge import ProjectJudge
from coding_standards.project.tools.table import TOOLS
from tests.coding_standards.project.tools.conftest import verdict_on
from tests.support.team_tools import (
    IN_CI,
    QUICK_JAVA,
    QUICK_TYPESCRIPT,
    copy_project,
    digest_tree,
    make_project,
    need_node_tools,
    need_program,
    need_python_tools,
    need_slow_python_tools,
)

HAND_S = 120.0
STATICCHECK = "staticcheck" if shutil.which("staticcheck") else "go-staticcheck"

CLEAN_PYTHON = '"""Adds."""\n\n\ndef add(first: int, second: int) -> int:\n'
CLEAN_PYTHON += '    """Return the sum."""\n    return first + second\n'
BROKEN_PYTHON = (
    '"""Adds."""\n\nimport os\n\n\ndef add(first: int, second: int) -> str:\n    """Return the sum."""\n'
    "    return first + second\n\n\ndef run(text: str) -> object:\n"
    '    """Run it."""\n    return eval(text)\n'
)
UNFORMATTED_PYTHON = '"""Adds."""\n\ndef add(a,b):\n  return a+b\n'
CLEAN_SCRIPT = "export function add(first: number, second: number): number {\n  return first + second;\n}\n"
BROKEN_SCRIPT = "var a = 1;\nexport const s: string = a;\nif (s == 'x') {\n  debugger;\n}\n"
ESLINT = (
    "import js from '@eslint/js'\nimport ts from 'typescript-eslint'\n"
    "export default [js.configs.recommended, ...ts.configs.recommended]\n"
)
CARGO = '[package]\nname = "sums"\nversion = "0.1.0"\nedition = "2021"\n\n[lints.clippy]\nneedless_return = "warn"\n'
CLEAN_RUST = "pub fn one() -> i32 {\n    1\n}\n"
POM = (
    '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
    "<groupId>a</groupId><artifactId>a</artifactId><version>1</version>"
    "<properties><maven.compiler.release>17</maven.compiler.release>"
    "<project.build.sourceEncoding>UTF-8</project.build.sourceEncoding></properties><build><plugins>"
    "<plugin><artifactId>maven-compiler-plugin</artifactId><version>3.15.0</version></plugin>"
    "<plugin><artifactId>maven-resources-plugin</artifactId><version>3.4.0</version></plugin>"
    "</plugins></build></project>\n"
)
CLEAN_JAVA = "package a;\n\nclass A {\n  int one() {\n    return 1;\n  }\n}\n"
BROKEN_JAVA = CLEAN_JAVA.replace("return 1", 'return "x"')
NO_EVAL = "rules:\n- id: no-eval\n  languages: [python]\n  severity: ERROR\n  message: No eval.\n  pattern: eval(...)\n"
CHECKSTYLE = (
    '<!DOCTYPE module PUBLIC "-//Checkstyle//DTD Checkstyle Configuration 1.3//EN" '
    '"https://checkstyle.org/dtds/configuration_1_3.dtd">\n'
    '<module name="Checker"><module name="TreeWalker"><module name="EmptyStatement"/></module></module>\n'
)


@dataclass(frozen=True)
class Case:
    """One tool on one small project; `hand` is how people run it, and `told` how they read what it prints."""

    tool: str
    files: Mapping[str, str]
    path: str
    clean: str
    broken: str
    hand: tuple[str, ...] = ()
    told: str = ""
    home: str = "python"
    rules: frozenset[str] = field(default_factory=frozenset)


PYTHON = {"pyproject.toml": "[tool.black]\n[tool.ty]\n[tool.pyrefly]\n[tool.pyright]\n[tool.basedpyright]\n"}
PYRIGHT_TOLD = r"^\s+\S+?:(?P<line>\d+):\d+ - \w+: (?:.|\n)*?\((?P<rule>report\w+)\)$"
CASES = (
    Case(
        "ruff",
        {"ruff.toml": 'lint.select = ["F", "S307"]\n'},
        "src/sums.py",
        CLEAN_PYTHON,
        BROKEN_PYTHON,
        ("ruff", "check", "--no-cache", "--output-format=concise", "src/sums.py"),
        r"^\S+?:(?P<line>\d+):\d+: (?P<rule>\w+) ",
        rules=frozenset({"F401", "S307"}),
    ),
    Case(
        "mypy",
        {"mypy.ini": "[mypy]\nstrict = True\n"},
        "src/sums.py",
        CLEAN_PYTHON,
        BROKEN_PYTHON,
        ("mypy", "src/sums.py"),
        r"^\S+?:(?P<line>\d+): error: .*\[(?P<rule>[\w-]+)\]$",
        rules=frozenset({"return-value"}),
    ),
    Case(
        "ty",
        PYTHON,
        "sums.py",
        CLEAN_PYTHON,
        BROKEN_PYTHON,
        ("ty", "check", "--output-format=concise", "sums.py"),
        r"^\S+?:(?P<line>\d+):\d+: \w+\[(?P<rule>[\w-]+)\]",
    ),
    Case(
        "pyrefly",
        PYTHON,
        "sums.py",
        CLEAN_PYTHON,
        BROKEN_PYTHON,
        ("pyrefly", "check", "--output-format=min-text", "sums.py"),
        r"ERROR \S+?:(?P<line>\d+):\S+ .*\[(?P<rule>[\w-]+)\]",
    ),
    Case(
        "flake8",
        {".flake8": "[flake8]\nmax-line-length = 100\n"},
        "sums.py",
        CLEAN_PYTHON,
        BROKEN_PYTHON,
        ("flake8", "sums.py"),
        r"^\S+?:(?P<line>\d+):\d+: (?P<rule>\w+) ",
        rules=frozenset({"F401"}),
    ),
    Case(
        "pylint",
        {".pylintrc": "[MAIN]\njobs=1\n"},
        "sums.py",
        CLEAN_PYTHON,
        BROKEN_PYTHON,
        ("pylint", "sums.py"),
        r"^\S+?:(?P<line>\d+):\d+: \w+: .*\((?P<rule>[\w-]+)\)$",
        rules=frozenset({"unused-import", "eval-used"}),
    ),
    Case(
        "bandit",
        {"bandit.yaml": "skips: []\n"},
        "sums.py",
        CLEAN_PYTHON,
        BROKEN_PYTHON,
        ("bandit", "-q", "-f", "custom", "--msg-template", "{line}:{test_id}", "sums.py"),
        r"^(?P<line>\d+):(?P<rule>\w+)$",
        rules=frozenset({"B307"}),
    ),
    Case(
        "sqlfluff",
        {".sqlfluff": "[sqlfluff]\ndialect = postgres\n"},
        "q.sql",
        "SELECT a FROM b;\n",
        "SELECT a  from b\nWHERE x = NULL;\n",
        ("sqlfluff", "lint", "q.sql"),
        r"^L:\s+(?P<line>\d+) \| P:\s+\d+ \| (?P<rule>\w+) \|",
        rules=frozenset({"LT01", "CP01"}),
    ),
    Case(
        "sqruff",
        {".sqruff": "[sqruff]\ndialect = postgres\n"},
        "q.sql",
        "SELECT a FROM b;\n",
        "SELECT a  from b\nWHERE x = NULL;\n",
        ("sqruff", "lint", "--format=github-annotation-native", "q.sql"),
        r"line=(?P<line>\d+).*::(?P<rule>[A-Z]{2}\d\d)",
        rules=frozenset({"LT01", "CP01"}),
    ),
    Case(
        "squawk",
        {".squawk.toml": 'excluded_rules = ["require-lock-timeout", "require-statement-timeout"]\n'},
        "q.sql",
        "SELECT 1;\n",
        "ALTER TABLE b ADD COLUMN c int NOT NULL;\n",
        ("squawk", "--reporter=gcc", "q.sql"),
        r"^\S+?:(?P<line>\d+):\d+: \w+: (?P<rule>[\w-]+) ",
        rules=frozenset({"adding-required-field"}),
    ),
    Case(
        "ast-grep",
        {
            "sgconfig.yml": "ruleDirs: [rules]\n",
            "rules/no-eval.yml": "id: no-eval\nlanguage: python\nseverity: error\nmessage: No eval.\n"
            "rule: {pattern: eval($A)}\n",
        },
        "sums.py",
        CLEAN_PYTHON,
        BROKEN_PYTHON,
        ("ast-grep", "scan", "--report-style=short", "sums.py"),
        r"^\S+?:(?P<line>\d+):\d+: \w+\[(?P<rule>[\w-]+)\]",
        rules=frozenset({"no-eval"}),
    ),
    Case(
        "pyright",
        PYTHON,
        "sums.py",
        CLEAN_PYTHON,
        BROKEN_PYTHON,
        ("pyright", "sums.py"),
        PYRIGHT_TOLD,
        home="node",
        rules=frozenset({"reportReturnType"}),
    ),
    Case(
        "eslint",
        {"eslint.config.mjs": ESLINT},
        "src/sums.ts",
        CLEAN_SCRIPT,
        BROKEN_SCRIPT,
        ("eslint", "src/sums.ts"),
        r"^\s+(?P<line>\d+):\d+\s+\w+\s+.*\s(?P<rule>\S+)$",
        home="node",
        rules=frozenset({"no-var", "no-debugger"}),
    ),
    Case(
        "biome",
        {"biome.json": "{}"},
        "src/sums.ts",
        CLEAN_SCRIPT,
        BROKEN_SCRIPT,
        ("biome", "lint", "--colors=off", "src/sums.ts"),
        r"^\S+?:(?P<line>\d+):\d+ (?P<rule>lint/\S+)",
        home="node",
        rules=frozenset({"lint/suspicious/noDebugger"}),
    ),
    Case(
        "oxlint",
        {".oxlintrc.json": "{}"},
        "src/sums.ts",
        CLEAN_SCRIPT,
        BROKEN_SCRIPT,
        ("oxlint", "--format=unix", "src/sums.ts"),
        r"^\S+?:(?P<line>\d+):\d+: .*\[\w+/(?P<rule>\S+)\]$",
        home="node",
        rules=frozenset({"eslint(no-debugger)"}),
    ),
    Case(
        "tsc",
        {"tsconfig.json": QUICK_TYPESCRIPT},
        "src/sums.ts",
        CLEAN_SCRIPT,
        BROKEN_SCRIPT,
        ("tsc", "--noEmit", "--pretty", "false"),
        r"^\S+?\((?P<line>\d+),\d+\): error (?P<rule>TS\d+):",
        home="node",
        rules=frozenset({"TS2322"}),
    ),
    Case(
        "stylelint",
        {".stylelintrc.json": '{"extends": "stylelint-config-standard"}'},
        "a.css",
        "a {\n  color: red;\n}\n",
        "a {\n  color: rde;\n}\n\na {\n}\n",
        ("stylelint", "--formatter=unix", "a.css"),
        r"^.+?:(?P<line>\d+):\d+: .*\((?P<rule>[\w-]+)\) \[\w+\]$",
        home="node",
        rules=frozenset({"no-duplicate-selectors", "block-no-empty"}),
    ),
    Case(
        "html-validate",
        {".htmlvalidate.json": '{"extends": ["html-validate:recommended"]}'},
        "a.html",
        '<!DOCTYPE html>\n<html lang="en">\n  <head>\n    <title>A page</title>\n  </head>\n  <body></body>\n</html>\n',
        '<!DOCTYPE html>\n<html lang="en">\n  <head>\n    <title>A page</title>\n  </head>\n'
        '  <body><img src="x.png"></body>\n</html>\n',
        ("html-validate", "--formatter=text", "a.html"),
        r"^\S+?:(?P<line>\d+):\d+: \w+ \[(?P<rule>[\w/-]+)\]",
        home="node",
        rules=frozenset({"wcag/h37"}),
    ),
    Case(
        "go vet",
        {"go.mod": "module example.com/sums\n\ngo 1.19\n"},
        "sums.go",
        "package sums\n\n// One is one.\nfunc One() int { return 1 }\n",
        'package sums\n\nimport "fmt"\n\n// Show shows.\nfunc Show() {\n\tfmt.Printf("%d", "x")\n}\n',
        ("go", "vet", "./..."),
        r"^\S+?:(?P<line>\d+):\d+:(?P<rule>) ",
        home="go",
    ),
    Case(
        "staticcheck",
        {"go.mod": "module example.com/sums\n\ngo 1.19\n", "staticcheck.conf": 'checks = ["all", "-ST1000"]\n'},
        "sums.go",
        "package sums\n\n// One is one.\nfunc One() int { return 1 }\n",
        "package sums\n\n// Is is true.\nfunc Is(a int) bool {\n\tif a == a {\n\t}\n\treturn true\n}\n",
        (STATICCHECK, "./..."),
        r"^\S+?:(?P<line>\d+):\d+: .*\((?P<rule>[A-Z]+\d+)\)$",
        home=STATICCHECK,
        rules=frozenset({"SA4000", "SA9003"}),
    ),
    Case(
        "cargo check",
        {"Cargo.toml": CARGO},
        "src/lib.rs",
        CLEAN_RUST,
        'pub fn one() -> i32 {\n    "x".len()\n}\n',
        ("cargo", "check", "--offline", "--message-format=short"),
        r"^\S+?:(?P<line>\d+):\d+: error\[(?P<rule>E\d+)\]",
        home="cargo",
        rules=frozenset({"E0308"}),
    ),
    Case(
        "clippy",
        {"Cargo.toml": CARGO},
        "src/lib.rs",
        CLEAN_RUST,
        "pub fn one() -> i32 {\n    return 1;\n}\n",
        ("cargo", "clippy", "--offline", "--message-format=short"),
        r"^\S+?:(?P<line>\d+):\d+: warning: unneeded `return`(?P<rule>)",
        home="cargo",
    ),
)
SLOW = (
    Case(
        "checkstyle",
        {"checkstyle.xml": CHECKSTYLE},
        "A.java",
        "class A {\n}\n",
        "class A {\n    void f() { ; }\n}\n",
        ("checkstyle", "-c", "checkstyle.xml", "A.java"),
        r"^\[ERROR\] \S+?:(?P<line>\d+):\d+: .*\[(?P<rule>\w+)\]$",
        home="checkstyle",
        rules=frozenset({"EmptyStatement"}),
    ),
    Case(
        "basedpyright",
        PYTHON,
        "sums.py",
        CLEAN_PYTHON,
        BROKEN_PYTHON,
        ("basedpyright", "sums.py"),
        PYRIGHT_TOLD,
        home="slow",
    ),
    Case(
        "semgrep",
        {".semgrep.yml": NO_EVAL},
        "sums.py",
        CLEAN_PYTHON,
        BROKEN_PYTHON,
        ("semgrep", "scan", "--metrics=off", "--disable-version-check", "--config=.semgrep.yml", "--emacs", "sums.py"),
        r"^\S+?:(?P<line>\d+):\d+:error\((?P<rule>[\w-]+)\)",
        home="slow",
        rules=frozenset({"no-eval"}),
    ),
    Case(
        "opengrep",
        {".opengrep.yml": NO_EVAL},
        "sums.py",
        CLEAN_PYTHON,
        BROKEN_PYTHON,
        ("opengrep", "scan", "--emacs", "--config=.opengrep.yml", "sums.py"),
        r"^\S+?:(?P<line>\d+):\d+:error\((?P<rule>[\w-]+)\)",
        home="slow",
        rules=frozenset({"no-eval"}),
    ),
    Case(
        "maven",
        {"pom.xml": POM, ".mvn/jvm.config": QUICK_JAVA},
        "src/main/java/a/A.java",
        CLEAN_JAVA,
        BROKEN_JAVA,
        ("mvn", "-o", "-q", "test-compile"),
        r"ERROR\S* \S+?\.java:\[(?P<line>\d+),\d+\](?P<rule>) ",
        home="mvn",
    ),
    Case(
        "gradle",
        {"build.gradle": 'apply plugin: "java"\n', "gradle.properties": f"org.gradle.jvmargs={QUICK_JAVA}\n"},
        "src/main/java/a/A.java",
        CLEAN_JAVA,
        BROKEN_JAVA,
        ("gradle", "--offline", "--quiet", "--no-daemon", "compileJava"),
        r"^\S+?\.java:(?P<line>\d+): error:(?P<rule>) ",
        home="gradle",
    ),
)
FORMATTERS = (
    Case("black", PYTHON, "sums.py", CLEAN_PYTHON, UNFORMATTED_PYTHON, ("black", "-q", "sums.py")),
    Case(
        "ruff-format",
        {"ruff.toml": "[format]\n"},
        "sums.py",
        CLEAN_PYTHON,
        UNFORMATTED_PYTHON,
        ("ruff", "format", "-q", "sums.py"),
    ),
    Case(
        "prettier",
        {".prettierrc.json": "{}"},
        "a.ts",
        CLEAN_SCRIPT,
        "var a=1\n",
        ("prettier", "--write", "a.ts"),
        home="node",
    ),
    Case(
        "biome-format",
        {"biome.json": "{}"},
        "a.ts",
        "const a = 1;\n",
        "var a=1\n",
        ("biome", "format", "--write", "a.ts"),
        home="node",
    ),
    Case(
        "google-java-format",
        {"Makefile": "format:\n\tgoogle-java-format -i $(FILES)\n"},
        "A.java",
        "class A {}\n",
        "class A{int one(){return 1;}}\n",
        ("google-java-format", "-i", "A.java"),
        home="node",
    ),
    Case(
        "gofmt",
        {"go.mod": "module example.com/sums\n"},
        "a.go",
        "package sums\n",
        "package sums\nfunc A() int {return 1}\n",
        ("gofmt", "-w", "a.go"),
        home="go",
    ),
    Case(
        "rustfmt",
        {"Cargo.toml": CARGO},
        "src/lib.rs",
        CLEAN_RUST,
        "pub fn one()->i32{1}\n",
        ("rustfmt", "--edition=2021", "src/lib.rs"),
        home="cargo",
    ),
)
NAMES = [case.tool for case in CASES]


def install_for(case: Case, folder: Path) -> Path:
    """The project of a case, with what it needs installed in it; go and cargo are the machine's."""
    links: dict[str, Path] = {}
    match case.home:
        case "python":
            links[".venv"] = need_python_tools()
        case "slow":
            links[".venv"] = need_slow_python_tools()
        case "node":
            links["node_modules"] = need_node_tools()
        case name:
            need_program(
                name,
                "install golang-go, go-staticcheck, checkstyle, maven, gradle, and rustc with rustfmt and clippy",
            )
    return make_project(folder, case.files, links)


def by_hand(case: Case, project: Path, files: Mapping[str, str]) -> tuple[set[tuple[int, str]], str]:
    """What a person sees who runs the tool in the project with the answer in it, and the file afterwards."""
    programs = "node_modules/.bin" if case.home == "node" else ".venv/bin"
    is_here = (project / programs / case.hand[0]).exists()
    program = f"{project / programs}/{case.hand[0]}" if is_here else case.hand[0]
    with copy_project(project, files) as folder:
        done = subprocess.run(
            [program, *case.hand[1:]], cwd=folder, capture_output=True, text=True, timeout=HAND_S, check=False
        )
        after = (Path(folder) / case.path).read_text(encoding="utf-8")
    said = re.finditer(case.told, done.stdout + done.stderr, re.MULTILINE) if case.told else ()
    return {(int(match["line"]), match["rule"]) for match in said}, after


@pytest.mark.parametrize("case", [*CASES, *(() if IN_CI else SLOW)], ids=lambda case: case.tool)
async def test_a_tool_finds_what_it_finds_by_hand_and_the_project_stays_as_it_is(
    case: Case, tmp_path: Path, judge_with: Callable[..., ProjectJudge]
) -> None:
    project = install_for(case, tmp_path)
    before = digest_tree(project)
    judge = judge_with(project)
    clean = await verdict_on(judge, {case.path: case.clean}, trust=case.tool)
    assert clean.places(case.tool) == set()
    assert case.path not in clean.of(case.tool).left_out
    broken = await verdict_on(judge, {case.path: case.broken}, trust=case.tool)
    by_person, _ = by_hand(case, project, {case.path: case.broken})
    assert by_person
    found = broken.places(case.tool)
    assert {line for line, _ in found} == {line for line, _ in by_person}
    if any(rule for _, rule in by_person):
        assert found == by_person
    assert case.rules <= {rule for _, rule in found}
    assert digest_tree(project) == before


@pytest.mark.parametrize("case", FORMATTERS, ids=lambda case: case.tool)
async def test_a_formatter_has_the_answer_as_it_would_leave_the_file(
    case: Case, tmp_path: Path, judge_with: Callable[..., ProjectJudge]
) -> None:
    project = install_for(case, tmp_path)
    before = digest_tree(project)
    judge = judge_with(project)
    assert (await verdict_on(judge, {case.path: case.clean}, trust=case.tool)).places(case.tool) == set()
    told = (await verdict_on(judge, {case.path: case.broken}, trust=case.tool)).of(case.tool)
    assert [said.message.startswith("The team's formatter has it otherwise:\n") for said in told.said] == [True]
    formatted = await verdict_on(judge, {case.path: case.broken}, trust=case.tool, is_formatting=True)
    assert formatted.of(case.tool).said == ()
    _, after = by_hand(case, project, {case.path: case.broken})
    assert formatted.judgement.files[case.path] == after != case.broken
    assert formatted.judgement.formatted_by[case.path].startswith(case.tool)
    assert digest_tree(project) == before


def test_every_row_of_the_table_has_a_name_of_its_own_and_is_found_by_something() -> None:
    assert len({tool.name for tool in TOOLS}) == len(TOOLS)
    assert all(tool.markers and set(tool.languages) <= set(languages.NAMES) for tool in TOOLS)
