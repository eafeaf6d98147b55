"""Which of a project's files decides a version: near ones, those that fit, and those for the project's own Python."""

from __future__ import annotations

import codecs
import json
import os
import sys
import time
from pathlib import Path

import pytest

from code_assistant.project.libraries import LibraryName, parse_library
from code_assistant.project.versions.match import choose_version, satisfies
from code_assistant.project.versions.reader import ProjectVersions, project_versions
from code_assistant.request import parse_request

FAST_S = 3.0
"""Of processor time; the expressions that this guards against took from ten seconds to minutes."""
HOSTILE_CHARS = 200_000

needs_unix = pytest.mark.skipif(sys.platform == "win32", reason="needs named pipes and symlinks")


def read(root: Path, language: str, files: dict[str, str | bytes], python: str | None = None) -> ProjectVersions:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
    return project_versions(root, language, python)


def manifest(**wishes: str) -> str:
    return json.dumps({"dependencies": wishes})


def lock(**pins: str) -> str:
    return json.dumps({"packages": {f"node_modules/{name}": {"version": pin} for name, pin in pins.items()}})


YARN = 'react@^19.0.0:\n  version "19.1.0"\n'


@pytest.mark.parametrize(
    ("language", "files", "name", "version"),
    [
        (
            "typescript",
            {
                "package.json": manifest(react="^19"),
                "yarn.lock": YARN,
                "examples/old/package-lock.json": lock(react="16.14.0"),
            },
            "react",
            "19.1.0",
        ),
        (
            "typescript",
            {"package.json": manifest(react="^19"), "examples/old/package-lock.json": lock(react="16.14.0")},
            "react",
            "^19",
        ),
        (
            "python",
            {
                "pyproject.toml": '[project]\ndependencies = ["fastapi>=0.110"]\n',
                "examples/legacy/requirements.txt": "fastapi==0.60.0\n",
            },
            "fastapi",
            ">=0.110",
        ),
        ("python", {"requirements.txt": "a==4.2.1\n", "requirements-lowest.txt": "a==2.2.0\n"}, "a", "4.2.1"),
        ("python", {"requirements.txt": "a>=4\n", "requirements-lowest.txt": "a==2.2.0\n"}, "a", ">=4"),
        ("python", {"requirements.txt": "a>=4\n", "requirements-lock.txt": "a==4.7.0\n"}, "a", "4.7.0"),
        (
            "python",
            {"pyproject.toml": '[project]\ndependencies = ["a>=4"]\n', "requirements-lowest.txt": "a==2.2\n"},
            "a",
            ">=4",
        ),
        (
            "python",
            {"requirements.txt": "a==4.2.1\n", "docs/uv.lock": '[[package]]\nname="a"\nversion="3"\n'},
            "a",
            "4.2.1",
        ),
    ],
)
def test_stray_files_below_do_not_decide(
    tmp_path: Path, language: str, files: dict[str, str | bytes], name: str, version: str
) -> None:
    assert read(tmp_path, language, files)[name].version == version


@pytest.mark.parametrize(
    ("files", "version"),
    [
        (
            {"packages/a/package.json": manifest(react="^18"), "packages/a/package-lock.json": lock(react="18.2.0")},
            "18.2.0",
        ),
        ({"apps/a/package.json": manifest(react="^18"), "libs/b/package.json": manifest(react="17.0.2")}, "17.0.2"),
        ({"package.json": manifest(zod="3"), "apps/a/package-lock.json": lock(react="18.2.0")}, "18.2.0"),
        ({"package.json": manifest(react=">=17"), "apps/a/package-lock.json": lock(react="18.2.0")}, "18.2.0"),
        ({"package.json": manifest(react="*"), "apps/a/package-lock.json": lock(react="18.2.0")}, "18.2.0"),
        (
            {
                "package.json": manifest(react="^18"),
                "examples/a/package-lock.json": lock(react="17.0.2"),
                "packages/b/package-lock.json": lock(react="18.3.1"),
            },
            "18.3.1",
        ),
    ],
)
def test_where_only_files_below_name_a_library_they_decide(
    tmp_path: Path, files: dict[str, str | bytes], version: str
) -> None:
    assert read(tmp_path, "typescript", files)["react"].version == version


TWO_NUMPYS = 'numpy==1.26.4; python_version < "3.10"\nnumpy==2.3.1; python_version >= "3.10"\n'
FORKS = """
[[package]]
name = "numpy"
version = "2.0.2"
source = { registry = "x" }
resolution-markers = ["python_full_version < '3.10'"]
[[package]]
name = "numpy"
version = "2.2.6"
resolution-markers = ["python_full_version == '3.10.*'", "python_full_version == '3.10.1'"]
[[package]]
name = "numpy"
version = "2.3.1"
resolution-markers = ["python_full_version >= '3.11'"]
"""
POETRY = (
    FORKS.replace('resolution-markers = ["', 'markers = "')
    .replace('"]', '"')
    .replace("\", \"python_full_version == '3.10.1'", "")
)


@pytest.mark.parametrize(
    ("config", "wished", "locked"),
    [
        ("home = /usr/bin\nversion = 3.9.18\n", "1.26.4", "2.0.2"),
        ("version_info = 3.10.4.final.0\n", "2.3.1", "2.2.6"),
        ("version = 3.12\n", "2.3.1", "2.3.1"),
    ],
)
def test_markers_and_forks_are_judged_for_the_projects_python(
    tmp_path: Path, config: str, wished: str, locked: str
) -> None:
    venv = {".venv/pyvenv.cfg": config}
    assert read(tmp_path / "pip", "python", {**venv, "requirements.txt": TWO_NUMPYS})["numpy"].version == wished
    assert read(tmp_path / "uv", "python", {**venv, "uv.lock": FORKS})["numpy"].version == locked
    assert read(tmp_path / "poetry", "python", {**venv, "poetry.lock": POETRY})["numpy"].version == locked
    named = read(tmp_path / "named", "python", {"env/x/pyvenv.cfg": config, "p/uv.lock": FORKS})
    assert named["numpy"].version == "2.3.1"  # ours, which is newer
    python = str(tmp_path / "named" / "env" / "x" / "bin" / "python")
    assert project_versions(tmp_path / "named", "python", python)["numpy"].version == locked


def test_another_python_is_noticed(tmp_path: Path) -> None:
    assert read(tmp_path, "python", {"uv.lock": FORKS})["numpy"].version == "2.3.1"
    assert read(tmp_path, "python", {".venv/pyvenv.cfg": "version = 3.9.1\n"})["numpy"].version == "2.0.2"


def test_a_package_that_no_fork_is_for_keeps_its_highest_version(tmp_path: Path) -> None:
    forks = FORKS.replace(">= '3.11'", "== '2.7'").replace("== '3.10", "== '2.6")
    assert read(tmp_path, "python", {"uv.lock": forks, "venv/pyvenv.cfg": "version = 3.13"})["numpy"].version == "2.3.1"


@pytest.mark.parametrize("marker", ['"("', '"python_version"', '"nonsense > 1"', "5", "[5]", f'"{"(" * 5_000}"'])
def test_a_marker_that_cannot_be_judged_excludes_nothing(tmp_path: Path, marker: str) -> None:
    entry = '[[package]]\nname = "a"\nversion = "1.{}"\n'
    text = f"{entry.format(1)}markers = {marker}\n{entry.format(2)}markers = {marker}\n"
    assert read(tmp_path, "python", {"poetry.lock": text})["a"].version == "1.2"


GO_MOD = """module m
go 1.22
require github.com/jackc/pgx/v5 v5.5.0
require (
	github.com/jackc/pgx/v4 v4.18.0 // indirect
	github.com/jackc/pgx/v3 v3.6.0
	github.com/pkg/errors v0.9.1
	github.com/go-errors/errors v1.5.0 // indirect
	example.com/one/same v1.0.0
	example.com/two/same v1.0.0
	example.com/fork v1.1.0
)
replace github.com/pkg/errors => github.com/pkg/errors v0.8.0
replace (
	example.com/one/same v0.1.0 => example.com/one/same v0.2.0 // not the version in use
	example.com/fork => ../fork
	example.com/two/same => example.com/other v9.0.0
)
exclude github.com/jackc/pgx/v5 v5.4.0
retract (
	v1.0.0
)
"""


def test_a_go_mod_is_read_with_what_it_replaces(tmp_path: Path) -> None:
    versions = read(tmp_path, "go", {"go.mod": GO_MOD})
    assert {name: version.version for name, version in versions.items()} == {
        "github.com/jackc/pgx/v5": "5.5.0",
        "github.com/jackc/pgx/v4": "4.18.0",
        "github.com/jackc/pgx/v3": "3.6.0",
        "github.com/pkg/errors": "0.8.0",
        "github.com/go-errors/errors": "1.5.0",
        "example.com/one/same": "1.0.0",
        "example.com/two/same": "9.0.0",
        "example.com/fork": "1.1.0",
    }
    fork, other = versions["example.com/fork"], versions["example.com/two/same"]
    assert (fork.is_exact, fork.remark) == (False, "replaced by ../fork")
    assert (other.is_exact, other.remark) == (True, "replaced by example.com/other")
    assert versions.find("example.com/other") is other


@pytest.mark.parametrize(
    ("asked", "module"),
    [
        ("pgx", "github.com/jackc/pgx/v5"),
        ("github.com/jackc/pgx", "github.com/jackc/pgx/v5"),
        ("errors", "github.com/pkg/errors"),
        ("same", None),
        ("example.com/two/same", "example.com/two/same"),
    ],
)
def test_a_short_name_means_the_newest_module_that_the_project_needs_itself(
    tmp_path: Path, asked: str, module: str | None
) -> None:
    found = read(tmp_path, "go", {"go.mod": GO_MOD}).find(asked)
    assert (found.name if found else None) == module


def pom(artifact: str) -> str:
    part = f"<dependency><groupId>g</groupId><artifactId>{artifact}</artifactId><version>1</version></dependency>"
    return f"<project><dependencies>{part}</dependencies></project>"


def filled(text: str) -> str:
    return text * (HOSTILE_CHARS // len(text))


HOSTILE: list[tuple[str, str, str]] = [
    *(("go", "go.mod", filled(text)) for text in ("\n", "replace (\n", "require (", "a/b v1 ", "(", "=> ", "//", "a/")),
    *(("java", "pom.xml", pom(filled(text))) for text in ("${", "${a}", "$", "}", " ")),
    *(
        ("java", "build.gradle", filled(text))
        for text in ("group ", "group: 'a', name: ", "a = ", "'a:b:", '"', "$ext.")
    ),
    *(("java", "build.gradle", f"{start}{filled(' ')}") for start in ("group", "x =", "group: 'a'")),
    *(
        ("java", "build.gradle", f"'a:b'{filled(text)}")
        for text in (" ", " { version {", ") {", "{ version { prefer ", "{ version { prefer(")
    ),
    *(
        ("java", "settings.gradle", filled(text))
        for text in ("version(", "library('a', ", "library('a','b','c').", "'", "library( ")
    ),
    *(("java", "gradle.properties", filled(text)) for text in ("a", "a ", "a=", "=", " ")),
    ("java", "libs.versions.toml", f'[libraries]\na = "a:b:[{filled(" ")}"'),
    *(
        ("typescript", name, filled(text))
        for name in ("bun.lock", "deno.lock")
        for text in ('"', '\\"', "/*", "//", ",", ", ", "/", "\\", '"\\')
    ),
    *(
        ("python", "setup.cfg", filled(text))
        for text in ("[", "[a]\n", "a=b\n", " ", "[options]\ninstall_requires=a\n")
    ),
    *(("python", "setup.py", filled(text)) for text in ("(", "setup(install_requires=[", "'a',")),
    *(("python", "environment.yml", f"dependencies:\n  - {filled(text)}\n") for text in ("a", "a=", "=", "::", "a::")),
    *(("python", ".python-version", filled(text)) for text in ("3", "3.", "a", "\n", "a-")),
    *(("java", "gradle.lockfile", filled(text)) for text in ("a:b:", "a", ":", "\n")),
    *(("java", "libs.versions.toml", filled(text)) for text in ("[", "a.", "a = {", '"', "'", "a='''\n")),
    *(
        ("python", "requirements.txt", filled(text))
        for text in ("a", "a ", "-r ", "#", " --a", "\\\n", "a==1;(", "a>=1,", "[")
    ),
    *(("python", "requirements.txt", f"a{text}x") for text in (filled(" "), filled("="), filled("."), filled("1."))),
    *(
        ("python", "pyproject.toml", filled(text))
        for text in ("a.", "[", "{", "a=[", '"\\"', '\\"', "[a.b]\n", "[[a]]\n")
    ),
    *(("python", "pyproject.toml", text) for text in (f"{filled('a.')}a=1", f"[{filled('a.')}a]", f"a={filled('9')}")),
    ("python", "pyproject.toml", 'x=["""\n\' """, {' + filled('"=".') + "a=1}]"),
    ("python", "pyproject.toml", f"{'a.' * 1_900}a=1"),
    *(("python", "uv.lock", f'[[package]]\nname="{filled("a-")}"\nversion="{filled("1.")}"\n') for _ in range(1)),
    *(("python", ".venv/pyvenv.cfg", filled(text)) for text in ("version ", "version", "\n")),
    *(("rust", "Cargo.toml", f'[dependencies]\na="{filled(text)}"') for text in ("=", "1.", "9", " ", "^")),
    *(
        ("typescript", "package.json", manifest(a=filled(text)))
        for text in ("^", "^ ", " ", "1.", "9", "||", "x", "npm:", "@a/")
    ),
    *(("typescript", "package-lock.json", lock(a=filled(text))) for text in ("1.", "9", "v", "-", "1-")),
    *(("typescript", "package-lock.json", text) for text in (filled("["), filled('{"a":'), filled("9"))),
    *(
        ("typescript", "yarn.lock", filled(text))
        for text in (":", ": ", "a@", "a, ", '"', ":\n", "a:\n  version ", " ", "\r")
    ),
    *(("typescript", "pnpm-lock.yaml", filled(text)) for text in ("[", "{", "? ", "- ", "a: ", "&a ", "'", "a:\n")),
    *(("typescript", "pnpm-lock.yaml", f"a: 1{filled(text)}") for text in (":1", "_", "9", ".")),
    (
        "typescript",
        "pnpm-lock.yaml",
        "a0: &a0 {x: 1}\n" + "".join(f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}]}}\n" for n in range(1, 60)),
    ),
]


@pytest.mark.parametrize(
    ("language", "name", "text"), HOSTILE, ids=[f"{name}-{text[:12]!r}" for _, name, text in HOSTILE]
)
def test_a_hostile_file_costs_no_time(tmp_path: Path, language: str, name: str, text: str) -> None:
    started = time.process_time()
    versions = read(tmp_path, language, {name: text})
    versions.find("a")
    assert time.process_time() - started < FAST_S
    assert all(len(problem) < 400 for problem in versions.problems)


@pytest.mark.parametrize("text", [" " * 5_000, "9" * 5_000, "1." * 5_000, "^ " * 5_000, "x" * 5_000, "||" * 5_000])
def test_a_hostile_wish_is_never_satisfied(text: str) -> None:
    assert not satisfies("1.0", text)
    assert choose_version(LibraryName("a", text[:120]), ["1.0"]).version in (None, "1.0")


def test_many_pins_in_one_line_are_read(tmp_path: Path) -> None:
    pins = ", ".join(f'"package-{number}==1.2.{number}"' for number in range(500))
    versions = read(tmp_path, "python", {"pyproject.toml": f"[project]\ndependencies = [{pins}]\n"})
    assert (len(versions), versions["package-499"].version, versions.problems) == (500, "1.2.499", ())


@pytest.mark.parametrize("mark", [codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE])
def test_what_powershell_writes_is_read(tmp_path: Path, mark: bytes) -> None:
    encoding = "utf-16-le" if mark == codecs.BOM_UTF16_LE else "utf-16-be"
    versions = read(tmp_path, "python", {"requirements.txt": mark + "fastapi==0.115.6\r\n".encode(encoding)})
    assert versions["fastapi"].version == "0.115.6"


@pytest.mark.parametrize("data", ["a==1\n".encode("utf-16-le"), b"\xff\xfea", b"a==1\0", b"\xff"])
def test_what_is_no_text_is_a_problem(tmp_path: Path, data: bytes) -> None:
    versions = read(tmp_path, "python", {"requirements.txt": data})
    assert versions.problems == ("requirements.txt: cannot be read: it is not UTF-8",)


def test_nothing_in_a_lock_file_is_run(tmp_path: Path) -> None:
    text = f"a: !!python/object/apply:os.mkdir [{tmp_path}/made]\ndependencies:\n  react: 18.2.0\n"
    assert read(tmp_path, "typescript", {"pnpm-lock.yaml": text})["react"].version == "18.2.0"
    assert not (tmp_path / "made").exists()


@needs_unix
def test_pipes_and_devices_are_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "requirements.txt")
    os.symlink("/dev/zero", tmp_path / "pyproject.toml")
    os.symlink("uv.lock", tmp_path / "uv.lock")
    (tmp_path / "poetry.lock").mkdir()
    (tmp_path / ".venv").mkdir()
    os.mkfifo(tmp_path / ".venv" / "pyvenv.cfg")
    versions = project_versions(tmp_path, "python")
    assert len(versions) == 0
    told = {problem.partition(":")[0]: problem for problem in versions.problems}
    assert told["requirements.txt"] == "requirements.txt: is not a file"
    assert told["pyproject.toml"] == "pyproject.toml: leads out of the project and is not read"
    assert "uv.lock" in told


@pytest.mark.parametrize("asked", ["fastapi>=0.100", "react@*", "react@latest", "react@x", "django!=4.2.*"])
def test_what_the_latest_satisfies_needs_no_note_where_nothing_is_listed(asked: str) -> None:
    choice = choose_version(parse_library(asked), [])
    assert (choice.version, choice.note) == (None, None)


@pytest.mark.parametrize("asked", ["react@next", "react@canary", "react@18", "numpy<2"])
def test_what_the_latest_may_not_satisfy_is_told(asked: str) -> None:
    assert choose_version(parse_library(asked), ["v3.2.0"]).note
    assert choose_version(parse_library(asked), []).note


@pytest.mark.parametrize(
    ("version", "wish", "expected"),
    [
        ("4.2.3", "!=4.2.*", False),
        ("4.3.0", "!=4.2.*", True),
        ("1.3.0", "<=1.x", True),
        ("2.0.0", "<=1.x", False),
        ("1.3.0", ">1.x", False),
        ("2.0.0", ">1.x", True),
        ("1.0.0", ">=1.x", True),
        ("0.9.0", "<1.x", True),
        ("1.0.0", "<1.x", False),
        ("19.2.0", "18 - 19", True),
        ("20.0.0", "18 - 19", False),
        ("1.9.5", "1.2 - 1.9.4", False),
        ("1.9.5", "1.2 - 1.9", True),
        ("1.3.0", "~=1", True),
        ("19.0.0", "next", False),
        ("19.0.0", "LATEST", True),
        ("19.0.0", "x", True),
    ],
)
def test_wildcards_tags_and_hyphens_mean_what_npm_means(version: str, wish: str, expected: bool) -> None:
    assert satisfies(version, wish) is expected


@pytest.mark.parametrize("asked", ["tokio = 1.35", 'tokio = "1.35"', 'tokio="1.35"'])
def test_cargos_notation_means_every_compatible_version(asked: str) -> None:
    (accepted,) = parse_request({"request": "x", "language": "rust", "libraries": [asked]}).libraries
    library = parse_library(accepted, "rust")
    assert library == LibraryName("tokio", "^1.35")
    choice = choose_version(library, ["1.40.0", "1.20.0", "2.0.0"])
    assert (choice.version, choice.note) == ("1.40.0", None)
    assert parse_library(accepted, "python") == LibraryName("tokio", "1.35")
