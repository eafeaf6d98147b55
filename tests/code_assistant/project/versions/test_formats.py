"""Files as the tools of nine ecosystems write them, with their oddities: what the tool itself would name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from code_assistant.project.versions.reader import ProjectVersions, project_versions
from code_assistant.project.versions.table import FORMATS

ROOT = Path(__file__).resolve().parents[4]


def read(root: Path, language: str, files: dict[str, str]) -> ProjectVersions:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return project_versions(root, language)


def found(versions: ProjectVersions, names: object, path: str = "") -> dict[str, str | None]:
    return {
        name: version.version if (version := versions.find(name, path)) else None
        for name in (names if isinstance(names, dict) else ())
    }


def manifest(**dependencies: str) -> str:
    return json.dumps({"dependencies": dependencies})


PNPM = """---
lockfileVersion: '9.0'
importers:
  .:
    configDependencies: {}
    packageManagerDependencies:
      pnpm: {specifier: 11.1.0, version: 11.1.0}
packages:
  pnpm@11.1.0:
    resolution: {integrity: sha512-x}
---
lockfileVersion: '9.0'
catalogs:
  default:
    ms: {specifier: ^2.1.0, version: 2.1.3}
importers:
  .:
    dependencies:
      ms: {specifier: 'catalog:', version: 2.1.3}
      ms-old: {specifier: npm:ms@0.7.3, version: ms@0.7.3}
      '@std/fmt': {specifier: npm:@jsr/std__fmt@^1, version: '@jsr/std__fmt@1.0.2'}
      patched: {specifier: ^1.0.0, version: 1.0.4(patch_hash=ab)(ms@2.1.3)}
      fork: {specifier: github:a/fork, version: https://codeload.github.com/a/fork/tar.gz/ab}
  apps/site:
    dependencies:
      ms: {specifier: ^1.0.0, version: 1.0.0}
packages:
  ms@2.1.3: {resolution: {integrity: x}}
"""
BUN = """{
  // written by bun
  "workspaces": {
    "": {"name": "top", "dependencies": {"ms": "^2.0.0", "ms-old": "npm:ms@0.7.3",},},
    "apps/site": {"name": "site", "dependencies": {"ms": "^1.0.0"}},
  },
  "packages": {
    "ms": ["ms@2.1.3", "", {}, "sha512-,}"],
    "ms-old": ["ms@0.7.3", "", {}, ""],
    "site": ["site@workspace:apps/site"],
    "site/ms": ["ms@1.0.0", "", {}, ""],
  },
}
"""
NPM = json.dumps(
    {
        "lockfileVersion": 3,
        "packages": {
            "": {"workspaces": ["apps/*"], "dependencies": {"ms": "^2.0.0", "ms-old": "npm:ms@0.7.3"}},
            "node_modules/ms": {"version": "2.1.3"},
            "node_modules/ms-old": {"name": "ms", "version": "0.7.3"},
            "node_modules/site": {"resolved": "apps/site", "link": True},
            "apps/site": {"dependencies": {"ms": "^9.0.0"}},
            "apps/site/node_modules/ms": {"version": "9.9.9"},
        },
    }
)
YARN = """__metadata:
  version: 8

"ms-old@npm:ms@0.7.3":
  version: 0.7.3
  resolution: "ms@npm:0.7.3"

? "ms@npm:^2.0.0, ms@npm:^2.1.0"
:
  version: 2.1.3
  resolution: "ms@npm:2.1.3"

"ms@npm:^9.0.0":
  version: 9.9.9

"left@patch:left@npm%3A1.0.0#./left.patch::locator=top%40workspace%3A.":
  version: 1.0.0

"forced@npm:3.0.0":
  version: 3.0.0

"forced@npm:^5.0.0":
  version: 5.1.0

"site@workspace:apps/site":
  version: 0.0.0-use.local
"""
YARN_TOP = json.dumps(
    {
        "dependencies": {
            "ms": "^2.0.0",
            "ms-old": "npm:ms@0.7.3",
            "left": "patch:left@npm%3A1.0.0#./left.patch",
            "forced": "^4.0.0",
        },
        "resolutions": {"forced": "3.0.0"},
    }
)
DENO_LOCK = {
    "version": "5",
    "specifiers": {"jsr:@std/fmt@^1.0.0": "1.0.2", "npm:ms@2": "2.1.3_peer@1.0.0", "npm:only@1": "1.2.0"},
}


@pytest.mark.parametrize(
    ("files", "versions"),
    [
        ({"pnpm-lock.yaml": PNPM}, {"ms": "2.1.3", "ms-old": "0.7.3", "@std/fmt": "1.0.2", "patched": "1.0.4"}),
        ({"pnpm-lock.yaml": PNPM}, {"fork": None, "pnpm": None}),
        ({"bun.lock": BUN}, {"ms": "2.1.3", "ms-old": "0.7.3", "site": None}),
        ({"package-lock.json": NPM}, {"ms": "2.1.3", "ms-old": "0.7.3", "site": None}),
        (
            {"yarn.lock": YARN, "package.json": YARN_TOP, "apps/site/package.json": manifest(ms="^9.0.0")},
            {"ms": "2.1.3", "ms-old": "0.7.3", "left": "1.0.0", "forced": "3.0.0", "site": None},
        ),
        (
            {
                "deno.jsonc": '{"imports": {"fmt": "jsr:@std/fmt@^1.0.0", "ms": "npm:ms@2", "own/": "./x/"}} // mine',
                "deno.lock": json.dumps(DENO_LOCK),
            },
            {"fmt": "1.0.2", "@std/fmt": "1.0.2", "ms": "2.1.3", "only": "1.2.0"},
        ),
        (
            {"deno.json": '{"imports": {"fmt": "jsr:@std/fmt@^1.0.0"}}'},
            {"fmt": "^1.0.0", "@std/fmt": "^1.0.0"},
        ),
        (
            {
                "package.json": '{"workspaces": {"catalogs": {"old": {"ms": "^1"}}, "catalog": {"react": "^19"}}}',
                "a/package.json": manifest(react="catalog:", ms="catalog:old", none="catalog:"),
            },
            {"react": "^19", "ms": "^1", "none": None},
        ),
        (
            {"pnpm-workspace.yaml": "catalog:\n  ms: ^2.1.0\n", "package.json": manifest(ms="catalog:")},
            {"ms": "^2.1.0"},
        ),
        ({"package.json": manifest(ms="2.1.3", old="npm:ms@0.7.3")}, {"ms": "2.1.3", "old": "0.7.3"}),
        (
            {"package-lock.json": json.dumps({"dependencies": {"old": {"version": "npm:ms@0.7.3"}}})},
            {"old": "0.7.3", "ms": "0.7.3"},
        ),
    ],
)
def test_javascript_projects(tmp_path: Path, files: dict[str, str], versions: dict[str, str | None]) -> None:
    read_versions = read(tmp_path, "typescript", files)
    assert read_versions.problems == ()
    assert found(read_versions, versions) == versions


@pytest.mark.parametrize("lock", ["pnpm-lock.yaml", "bun.lock", "package-lock.json", "yarn.lock"])
def test_a_package_of_a_workspace_has_its_own_copy_and_the_root_names_it(tmp_path: Path, lock: str) -> None:
    text = {"pnpm-lock.yaml": PNPM, "bun.lock": BUN, "package-lock.json": NPM, "yarn.lock": YARN}[lock]
    files = {lock: text, "package.json": YARN_TOP, "apps/site/package.json": manifest(ms="^9.0.0")}
    versions = read(tmp_path, "typescript", files)
    top, site = versions.find("ms"), versions.find("ms", "apps/site/src/index.ts")
    assert top is not None
    assert site is not None
    assert top.version == "2.1.3"
    assert site.version in ("1.0.0", "9.9.9")
    assert top.note == f"version 2.1.3 as in {lock} (the project also has {site.version} in apps/site)"
    elsewhere = versions.find("ms", "apps/other/index.ts")
    assert elsewhere is not None
    assert elsewhere.version == "2.1.3"


NUMPYS = """[[package]]
name = "numpy"
version = "2.0.2"
{low}
[[package]]
name = "numpy"
version = "2.3.1"
{high}
"""
UV = 'requires-python = "{requires}"\n' + NUMPYS.format(
    low="resolution-markers = [\"python_full_version < '3.11'\"]",
    high="resolution-markers = [\"python_full_version >= '3.11'\"]",
)
POETRY = NUMPYS.format(
    low="markers = {main = \"python_version < '3.11'\", dev = \"python_version < '3.11' and os_name != 'x'\"}",
    high="markers = {main = \"python_version >= '3.11'\", dev = \"python_version >= '3.11'\"}",
)
PYLOCK = NUMPYS.format(low="marker = \"python_version < '3.11'\"", high="marker = \"python_version >= '3.11'\"")
PIPFILE = '[packages]\nrich = "==13.9.4"\nhttpx = {version = ">=0.27", extras = ["http2"]}\n[docs]\nsphinx = "~=8.1"\n'
SETUP = "from x import setup\nsetup(install_requires=['attrs==23.2.0'], extras_require={'a': ['rich>13']})\n"
CONDA = (
    "dependencies:\n  - python=3.12\n  - conda-forge::numpy=2.1.3=py312\n  - pandas=2.2\n  - scipy>=1.10\n"
    "  - pip:\n    - httpx==0.28.1\n"
)


@pytest.mark.parametrize(
    ("files", "versions"),
    [
        ({"uv.lock": UV.format(requires=">=3.9"), ".python-version": "cpython-3.10.4\n"}, {"numpy": "2.0.2"}),
        ({"uv.lock": UV.format(requires=">=3.9"), ".python-version": "3.12\n"}, {"numpy": "2.3.1"}),
        ({"uv.lock": UV.format(requires="==3.10.*")}, {"numpy": "2.0.2"}),
        ({"uv.lock": UV.format(requires=">=3.9,<3.11")}, {"numpy": "2.0.2"}),
        ({"poetry.lock": POETRY, "venv/pyvenv.cfg": "version = 3.10.2\n"}, {"numpy": "2.0.2"}),
        ({"poetry.lock": POETRY + '[metadata]\npython-versions = "~3.10"\n'}, {"numpy": "2.0.2"}),
        (
            {"poetry.lock": POETRY, "pyproject.toml": '[project]\nrequires-python = "<3.11"\n'},
            {"numpy": "2.0.2"},
        ),
        ({"pylock.toml": PYLOCK.replace("[[package]]", "[[packages]]")}, {"numpy": "2.3.1"}),
        ({"pylock.dev.toml": '[[packages]]\nname = "attrs"\nversion = "25.1.0"\n'}, {"attrs": "25.1.0"}),
        ({"pylock.toml": '[[packages]]\nname = "own"\nversion = "1"\ndirectory = {path = "."}\n'}, {"own": None}),
        ({"Pipfile": PIPFILE}, {"rich": "13.9.4", "httpx": ">=0.27", "sphinx": "~=8.1"}),
        (
            {"Pipfile.lock": '{"_meta": {}, "x": {"a": {"git": "x"}}, "docs": {"rich": {"version": "==13.9.4"}}}'},
            {"a": None, "rich": "13.9.4"},
        ),
        ({"setup.py": SETUP}, {"attrs": "23.2.0", "rich": ">13"}),
        (
            {"setup.cfg": "[options]\ninstall_requires =\n  rich>=13\n[options.extras_require]\na = httpx==0.28\n"},
            {"rich": ">=13", "httpx": "0.28"},
        ),
        ({"environment.yml": CONDA}, {"numpy": "2.1.3", "pandas": "==2.2.*", "scipy": ">=1.10", "httpx": "0.28.1"}),
        (
            {"requirements/prod.txt": "-r base.txt\nrich==13.9.4\n", "requirements/base.txt": "httpx==0.28.1\n"},
            {"rich": "13.9.4", "httpx": "0.28.1"},
        ),
        ({"dev-requirements.txt": "rich==13.9.4\n"}, {"rich": "13.9.4"}),
        (
            {"requirements.txt": "-rmore.txt\n-cpins.txt\nrich\n", "pins.txt": "rich==13.9.4\n", "more.txt": ""},
            {"rich": "13.9.4"},
        ),
        (
            {
                "requirements.txt": "./wheels/rich-13.9.4-py3-none-any.whl\n"
                "httpx @ https://x.example/httpx-0.28.1-py3-none-any.whl#sha256=0\nattrs @ git+https://x/a@v23\n"
            },
            {"rich": "13.9.4", "httpx": "0.28.1", "attrs": None},
        ),
        (
            {
                "pyproject.toml": '[tool.setuptools.dynamic]\ndependencies = {file = ["reqs.in"]}\n'
                '[tool.poetry.dependencies]\nnumpy = [{version = "^1.26", python = "<3.11"}, '
                '{version = "^2.0", python = ">=3.11"}]\n',
                "reqs.in": "rich==13.9.4\n",
                ".python-version": "3.10",
            },
            {"rich": "13.9.4", "numpy": "^1.26"},
        ),
    ],
)
def test_python_projects(tmp_path: Path, files: dict[str, str], versions: dict[str, str | None]) -> None:
    read_versions = read(tmp_path, "python", files)
    assert read_versions.problems == ()
    assert found(read_versions, versions) == versions


def test_where_no_python_is_named_the_versions_for_others_are_said(tmp_path: Path) -> None:
    numpy = read(tmp_path, "python", {"uv.lock": UV.format(requires=">=3.9")})["numpy"]
    assert numpy.note == "version 2.3.1 as in uv.lock (for other Pythons or platforms 2.0.2)"
    numpy = read(tmp_path, "python", {".python-version": "3.13"})["numpy"]
    assert numpy.note == "version 2.3.1 as in uv.lock"


CARGO_LOCK = """version = 4
[[package]]
name = "app"
version = "0.1.0"
dependencies = ["rand 0.8.5", "rand 0.9.1", "serde_json", "tokio-postgres"]
[[package]]
name = "tool"
version = "0.1.0"
dependencies = ["rand 0.9.1"]
[[package]]
name = "rand"
version = "0.8.5"
source = "registry"
[[package]]
name = "rand"
version = "0.9.1"
source = "registry"
[[package]]
name = "serde_json"
version = "1.0.133"
source = "registry"
[[package]]
name = "tokio-postgres"
version = "0.7.12"
source = "registry"
[[package]]
name = "syn"
version = "2.0.1"
source = "registry"
"""
CARGO = {
    "Cargo.toml": '[workspace]\nmembers = ["*"]\n[workspace.dependencies]\nrand = "0.8"\n'
    'pg = { package = "tokio-postgres", version = "0.7" }\n',
    "app/Cargo.toml": '[package]\nname = "app"\n[dependencies]\nrand.workspace = true\npg.workspace = true\n'
    'new-rand = { package = "rand", version = "0.9" }\nserde_json = "1"\n',
    "tool/Cargo.toml": '[package]\nname = "tool"\n[dev-dependencies]\nrand = "0.9"\n',
}


def test_crates_are_found_by_the_names_that_the_code_calls_them(tmp_path: Path) -> None:
    versions = read(tmp_path, "rust", {"Cargo.lock": CARGO_LOCK, **CARGO})
    wanted = {"rand": "0.8.5", "new-rand": "0.9.1", "new_rand": "0.9.1", "pg": "0.7.12", "tokio_postgres": "0.7.12"}
    wanted |= {"serde-json": "1.0.133", "syn": "2.0.1"}
    assert found(versions, wanted) == wanted
    assert found(versions, {"rand": ""}, "tool/src/main.rs") == {"rand": "0.9.1"}
    assert versions["rand"].note == "version 0.8.5 as in Cargo.lock (the project also has 0.9.1 in tool)"


def test_the_modules_of_a_go_workspace_share_the_highest_version(tmp_path: Path) -> None:
    versions = read(
        tmp_path,
        "go",
        {
            "go.work": "go 1.24\nuse (\n\t./api\n\t./web\n)\nreplace example.com/b => example.com/b v1.5.0\n",
            "api/go.mod": "module m/api\ngo 1.24\nrequire example.com/a v1.2.0\nrequire example.com/b v1.0.0\n",
            "web/go.mod": "module m/web\ngo 1.24\nrequire example.com/a v1.10.0\n",
        },
    )
    assert found(versions, {"example.com/a": "", "example.com/b": ""}) == {
        "example.com/a": "1.10.0",
        "example.com/b": "1.5.0",
    }
    assert found(versions, {"example.com/a": ""}, "api/main.go") == {"example.com/a": "1.10.0"}


def test_an_old_go_mod_names_the_least_version_only(tmp_path: Path) -> None:
    version = read(tmp_path, "go", {"go.mod": "module m\ngo 1.16\nrequire example.com/a v1.2.0\n"})["example.com/a"]
    assert not version.is_exact
    assert version.note == "version 1.2.0 as in go.mod (or a later one that another module needs)"


def pom(inside: str, name: str = "app") -> str:
    return f"<project><groupId>g</groupId><artifactId>{name}</artifactId><version>7</version>{inside}</project>"


def dependency(artifact: str, version: str = "") -> str:
    told = f"<version>{version}</version>" if version else ""
    return f"<dependency><groupId>g</groupId><artifactId>{artifact}</artifactId>{told}</dependency>"


PARENT = pom(
    "<properties><b>2.0</b><c>3.0</c></properties><dependencyManagement><dependencies>"
    + dependency("a", "1.0")
    + dependency("b", "${b}")
    + dependency("c", "${c}")
    + "</dependencies></dependencyManagement><dependencies>"
    + dependency("d", "4.0")
    + "</dependencies>",
    "top",
)
CHILD = pom(
    "<parent><groupId>g</groupId><artifactId>top</artifactId><version>7</version></parent>"
    "<properties><c>3.5</c></properties><dependencies>"
    + dependency("a", "1.5")
    + dependency("b")
    + dependency("c")
    + dependency("own", "${project.version}")
    + dependency("lost")
    + "</dependencies><profiles><profile><id>off</id><dependencies>"
    + dependency("a", "9.9")
    + "</dependencies></profile><profile><activation><activeByDefault>true</activeByDefault></activation>"
    "<dependencies>" + dependency("on", "5.0") + "</dependencies></profile></profiles>"
    "<build><plugins><plugin><artifactId>p</artifactId><version>1</version><dependencies>"
    + dependency("a", "8.8")
    + dependency("of-plugin", "1.0")
    + "</dependencies></plugin></plugins></build>"
)


def test_maven_puts_a_pom_together_from_its_parents_and_leaves_plugins_and_profiles_out(tmp_path: Path) -> None:
    versions = read(tmp_path, "java", {"pom.xml": PARENT, "app/pom.xml": CHILD})
    wanted = {"a": "1.5", "b": "2.0", "c": "3.5", "d": "4.0", "own": "7", "on": "5.0", "lost": None, "of-plugin": None}
    assert found(versions, wanted, "app/src/A.java") == wanted
    assert found(versions, {"p": ""}) == {"p": None}


@pytest.mark.parametrize(
    ("files", "versions"),
    [
        (
            {
                "gradle.lockfile": "g:a:1.0=compileClasspath,runtimeClasspath\ng:a:2.0=annotationProcessor\n"
                "g:t:1.1=testCompileClasspath\ng:t:1.2=checkstyle\nempty=\n"
            },
            {"a": "1.0", "t": "1.1"},
        ),
        ({"gradle/dependency-locks/compileClasspath.lockfile": "g:a:1.0\n"}, {"a": "1.0"}),
        (
            {
                "gradle.properties": "a.version=0\naVersion=1.0\n",
                "build.gradle": "ext.b = '2.0'\n",
                "app/build.gradle": 'api "g:a:$aVersion"\n  api "g:b:${b}"\n  api "g:c:$unknown"\n',
            },
            {"a": "1.0", "b": "2.0", "c": None},
        ),
        (
            {
                "build.gradle": "def v = '1'\nsub { def v = '2' }\nbuildscript {\nclasspath 'g:p:1.0'\n}\n"
                'dependencies { api "g:a:$v" }\n'
            },
            {"a": None, "p": None},
        ),
        (
            {
                "settings.gradle.kts": 'versionCatalogs { version("v", "1.0")\n'
                'library("a", "g", "a").versionRef("v")\nlibrary("b", "g:b:2.0")\n'
                'library("c", "g", "c").version("3.0") }'
            },
            {"a": "1.0", "b": "2.0", "c": "3.0"},
        ),
        (
            {
                "gradle/libs.versions.toml": '[versions]\nx = {strictly = "[1.0, 2.0[", prefer = "1.4"}\n[libraries]\n'
                'a = { module = "g:a", version.ref = "x" }\nb = { module = "g:b", version = "[1.0, 2.0[" }\n'
            },
            {"a": "1.4", "b": ">=1.0,<2.0"},
        ),
        (
            {
                "build.gradle.kts": 'dependencies { api("g:a") { version { strictly("[1.0, 2.0["); prefer("1.4") } }\n'
                'implementation(platform("g:bom:5.0")) }\n/* api("g:b:1.0") */\n'
            },
            {"a": "1.4", "bom": "5.0", "b": None},
        ),
    ],
)
def test_gradle_projects(tmp_path: Path, files: dict[str, str], versions: dict[str, str | None]) -> None:
    assert found(read(tmp_path, "java", files), versions) == versions


@pytest.mark.parametrize(
    ("language", "name"),
    [("typescript", "bun.lockb"), ("python", "pixi.lock"), ("java", "ivy.xml"), ("go", "Gopkg.lock")],
)
def test_a_file_of_a_known_kind_that_is_not_read_is_said(tmp_path: Path, language: str, name: str) -> None:
    assert read(tmp_path, language, {name: "\0"}).unread[0].startswith(f"{name}: ")


def test_a_computed_setup_is_said_to_be_unread(tmp_path: Path) -> None:
    versions = read(tmp_path, "python", {"setup.py": "setup(install_requires=open('x').readlines())\n"})
    assert versions.unread == ("setup.py: computes what it requires, and is not run",)


def test_every_format_names_its_specification() -> None:
    for formats in FORMATS.values():
        for one in formats:
            module = Path(ROOT, *one.read.__module__.split(".")).with_suffix(".py")
            assert module.name == "table.py" or "https://" in module.read_text(encoding="utf-8").split('"""')[1], module
