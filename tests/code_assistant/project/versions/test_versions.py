"""The versions a project names: real files in a temporary folder, and the choice among the versions there are."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from code_assistant.project.libraries import parse_library
from code_assistant.project.versions.files import MAX_BYTES, VersionFiles
from code_assistant.project.versions.match import choose_version, satisfies
from code_assistant.project.versions.reader import ProjectVersions, fingerprint, project_versions

needs_symlinks = pytest.mark.skipif(sys.platform == "win32", reason="symlinks need a privilege on Windows")


def read(root: Path, language: str, files: dict[str, str]) -> ProjectVersions:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return project_versions(root, language)


def shown(versions: ProjectVersions) -> dict[str, str]:
    return {name: version.version for name, version in versions.items()}


def test_uv_lock_beats_the_manifest_and_names_are_normalised(tmp_path: Path) -> None:
    versions = read(
        tmp_path,
        "python",
        {
            "uv.lock": '[[package]]\nname = "fastapi"\nversion = "0.115.2"\nsource = { registry = "x" }\n'
            '[[package]]\nname = "mine"\nversion = "1"\nsource = { editable = "." }\n',
            "pyproject.toml": '[project]\ndependencies = ["FastAPI>=0.100", "Ruamel.Yaml~=0.18"]\n',
        },
    )
    assert shown(versions) == {"fastapi": "0.115.2", "ruamel-yaml": "~=0.18"}
    assert versions["fastapi"].is_exact
    assert versions["fastapi"].source_file == "uv.lock"
    assert not versions["ruamel-yaml"].is_exact
    assert versions.problems == ()


def test_a_package_that_is_locked_twice_has_its_highest_version(tmp_path: Path) -> None:
    entries = "".join(f'[[package]]\nname = "numpy"\nversion = "{number}"\n' for number in ("1.9", "1.26.4", "1.10"))
    assert shown(read(tmp_path, "python", {"poetry.lock": entries})) == {"numpy": "1.26.4"}


def test_requirements_follow_includes_and_constraints_inside_the_project(tmp_path: Path) -> None:
    versions = read(
        tmp_path / "project",
        "python",
        {
            "requirements.txt": "-r deps/base.in\n-c pins.txt\n-r ../outside.txt\n-r https://x/y.txt\n-e .\n"
            'flask[async]==3.0.1 ; python_version >= "3" # comment\nold==1 ; python_version < "3"\n./local\n'
            "httpx>=0.27,<1 \\\n  --hash=sha256:00\n",
            "deps/base.in": "-r ../requirements.txt\nuvicorn == 0.30.*\n",
            "pins.txt": "starlette==0.37.2\n",
            "../outside.txt": "secret==1\n",
        },
    )
    assert shown(versions) == {"flask": "3.0.1", "httpx": "<1,>=0.27", "uvicorn": "==0.30.*", "starlette": "0.37.2"}
    assert versions.problems == ("../outside.txt: leads out of the project and is not read",)


def test_a_pin_in_requirements_beats_a_range_in_pyproject_in_any_order(tmp_path: Path) -> None:
    pyproject = '[dependency-groups]\ndev = ["pytest>=8", {include-group = "x"}]\n[tool.poetry.dependencies]\n'
    pyproject += (
        'python = "^3.11"\nrich = "^13.1"\nattrs = {version = "23.1.0", extras = ["x"]}\nlocal = {path = "."}\n'
    )
    versions = read(tmp_path, "python", {"pyproject.toml": pyproject, "sub/requirements-dev.txt": "pytest==8.3.1\n"})
    assert shown(versions) == {"pytest": "8.3.1", "rich": "^13.1", "attrs": "23.1.0"}
    assert versions["attrs"].is_exact


@pytest.mark.parametrize(
    "lock",
    [
        {"lockfileVersion": 1, "dependencies": {"react": {"version": "18.2.0"}}},
        {
            "lockfileVersion": 2,
            "packages": {"": {"version": "9"}, "node_modules/react": {"version": "18.2.0"}},
            "dependencies": {"react": {"version": "18.2.0"}},
        },
        {
            "lockfileVersion": 3,
            "packages": {
                "node_modules/react": {"version": "18.2.0"},
                "node_modules/a/node_modules/react": {"version": "17.0.0"},
            },
        },
    ],
)
def test_every_generation_of_package_lock_is_read(tmp_path: Path, lock: dict[str, object]) -> None:
    versions = read(
        tmp_path,
        "typescript",
        {"package-lock.json": json.dumps(lock), "package.json": '{"dependencies": {"react": "^18", "zod": "~3.22"}}'},
    )
    assert versions["react"].version == "18.2.0"
    assert versions["zod"].version == "~3.22"


@pytest.mark.parametrize(
    "lock",
    [
        "lockfileVersion: 5.4\nspecifiers:\n  react: ^18\ndependencies:\n  react: 18.2.0_abc@1.0.0\n  a: link:../a\n",
        "lockfileVersion: '6.0'\ndependencies:\n  react:\n    specifier: ^18\n    version: 18.2.0(x@1.0.0)\n",
        "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      react:\n        specifier: ^18\n"
        "        version: 18.2.0\npackages:\n  react@18.2.0: {resolution: {integrity: x}}\n",
    ],
)
def test_every_generation_of_pnpm_lock_is_read(tmp_path: Path, lock: str) -> None:
    assert shown(read(tmp_path, "javascript", {"pnpm-lock.yaml": lock})) == {"react": "18.2.0"}


def test_package_json_keeps_ranges_and_leaves_out_what_is_not_a_version(tmp_path: Path) -> None:
    wishes = {"a": "1.2.3", "b": "^2", "c": "workspace:*", "d": "git+https://x", "e": "npm:f@^3.1", "g": "x/y", "h": 5}
    versions = read(tmp_path, "javascript", {"package.json": json.dumps({"devDependencies": wishes})})
    assert shown(versions) == {"a": "1.2.3", "b": "^2", "e": "^3.1"}
    assert versions["a"].is_exact
    assert versions.find("f") is versions["e"]


def test_crates_come_from_the_lock_and_a_bare_number_in_the_manifest_is_a_caret(tmp_path: Path) -> None:
    lock = (
        '[[package]]\nname = "serde"\nversion = "1.0.203"\nsource = "registry"\n[[package]]\nname = "me"\nversion="0"\n'
    )
    manifest = '[dependencies]\nserde = "1"\ntokio = { version = "1.38", features = [] }\nmine = { path = "x" }\n'
    versions = read(tmp_path, "rust", {"Cargo.lock": lock, "Cargo.toml": manifest})
    assert shown(versions) == {"serde": "1.0.203", "tokio": "^1.38"}


def test_of_two_locked_versions_the_one_that_the_manifest_allows_is_the_projects(tmp_path: Path) -> None:
    entry = '[[package]]\nname = "syn"\nversion = "{}"\nsource = "registry"\n'
    lock = "".join(entry.format(number) for number in ("1.0.107", "1.0.109", "2.0.60"))
    files = {"Cargo.lock": lock, "Cargo.toml": '[dependencies]\nsyn = "1"\n', "sub/Cargo.toml": "[dependencies]\n"}
    version = read(tmp_path, "rust", files)["syn"]
    assert (version.version, version.source_file, version.is_exact) == ("1.0.109", "Cargo.lock", True)
    assert shown(read(tmp_path, "rust", {"Cargo.toml": '[dependencies]\nsyn = "=1.0.107"\n'})) == {"syn": "1.0.107"}
    assert shown(read(tmp_path, "rust", {"Cargo.toml": "[dependencies]\n"})) == {"syn": "2.0.60"}


def test_npm_aliases_have_both_names_and_workspaces_their_own_packages(tmp_path: Path) -> None:
    packages = {
        "node_modules/old-lodash": {"name": "lodash", "version": "3.10.1"},
        "packages/web": {"version": "1.0.0"},
        "packages/web/node_modules/zod": {"version": "3.22.0"},
        "packages/web/node_modules/zod/node_modules/deep": {"version": "1.0.0"},
    }
    found = read(tmp_path / "npm", "typescript", {"package-lock.json": json.dumps({"packages": packages})})
    assert shown(found) == {"old-lodash": "3.10.1", "zod": "3.22.0"}
    assert found.find("lodash") is found["old-lodash"]
    lock = "dependencies:\n  b:\n    version: '@scope/b@1.2.3(react@19.0.0)'\n"
    aliased = read(tmp_path / "pnpm", "typescript", {"pnpm-lock.yaml": lock})
    assert (shown(aliased), aliased.find("@scope/b")) == ({"b": "1.2.3"}, aliased["b"])


YARN_1 = """# yarn lockfile v1


"@types/node@*", "@types/node@>=18":
  version "20.11.5"
  resolved "https://registry.yarnpkg.com/x#1"
  dependencies:
    undici-types "~5.26.4"

lodash@^4.17.0:
  version "4.17.21"

"old@npm:lodash@^3":
  version "3.10.1"

react@^18.2.0:
  version "18.3.1"
"""
YARN_BERRY = """__metadata:
  version: 8
  cacheKey: 10c0

"@types/node@npm:*, @types/node@npm:>=18":
  version: 20.11.5
  resolution: "@types/node@npm:20.11.5"
  languageName: node

"lodash@npm:^4.17.0":
  version: 4.17.21
  resolution: "lodash@npm:4.17.21"

"mine@workspace:.":
  version: 0.0.0-use.local
  resolution: "mine@workspace:."
  dependencies:
    react: "npm:^18.2.0"

"old@npm:lodash@^3":
  version: 3.10.1
  resolution: "lodash@npm:3.10.1"

"react@npm:^18.2.0":
  version: 18.3.1
  resolution: "react@npm:18.3.1"
"""


@pytest.mark.parametrize("lock", [YARN_1, YARN_BERRY, YARN_1.replace("\n", "\r\n")], ids=["v1", "berry", "crlf"])
def test_both_generations_of_yarn_lock_are_read(tmp_path: Path, lock: str) -> None:
    manifest = json.dumps({"dependencies": {"lodash": "^4.17.0", "react": "^18.2.0", "old": "npm:lodash@^3"}})
    versions = read(tmp_path, "typescript", {"yarn.lock": lock, "package.json": manifest})
    assert shown(versions) == {"@types/node": "20.11.5", "lodash": "4.17.21", "old": "3.10.1", "react": "18.3.1"}
    assert versions["react"].source_file == "yarn.lock"
    assert versions.problems == ()


def test_gradle_scripts_are_read_with_their_variables(tmp_path: Path) -> None:
    script = """
plugins { id 'org.springframework.boot' version '3.2.0' }
def jackson = '2.17.1'
ext.slf4jVersion = "2.0.13"
// implementation 'a:commented-out:1'
repositories { maven { url 'https://repo.example.com:8443/maven' } }
dependencies {
    implementation 'com.google.guava:guava:33.0.0-jre'
    implementation "com.fasterxml.jackson.core:jackson-databind:${jackson}"
    implementation("org.slf4j:slf4j-api:$slf4jVersion")
    testImplementation group: 'junit', name: 'junit', version: '4.13.2'
    runtimeOnly 'org.postgresql:postgresql:42.+'
    compileOnly 'org.example:unknown:$nowhere'
    implementation libs.okhttp
}
"""
    assert shown(read(tmp_path, "java", {"build.gradle": script})) == {
        "com.google.guava:guava": "33.0.0-jre",
        "com.fasterxml.jackson.core:jackson-databind": "2.17.1",
        "org.slf4j:slf4j-api": "2.0.13",
        "junit:junit": "4.13.2",
        "org.postgresql:postgresql": "42.x",
    }


def test_a_gradle_lock_beats_its_catalogue_and_scripts(tmp_path: Path) -> None:
    catalogue = """
[versions]
okhttp = "4.12.0"
strict = { strictly = "1.7.36" }
[libraries]
okhttp = { module = "com.squareup.okhttp3:okhttp", version.ref = "okhttp" }
slf4j = { group = "org.slf4j", name = "slf4j-api", version.ref = "strict" }
guava = "com.google.guava:guava:32.0.0-jre"
bom-managed = { module = "org.example:managed" }
"""
    versions = read(
        tmp_path,
        "java",
        {
            "gradle/libs.versions.toml": catalogue,
            "gradle.lockfile": "# note\ncom.google.guava:guava:33.0.0-jre=compileClasspath,runtimeClasspath\nempty=\n",
            "app/build.gradle.kts": 'dependencies {\n    implementation("org.slf4j:slf4j-api:9.9.9")\n}\n',
        },
    )
    assert shown(versions) == {
        "com.google.guava:guava": "33.0.0-jre",
        "com.squareup.okhttp3:okhttp": "4.12.0",
        "org.slf4j:slf4j-api": "1.7.36",
    }
    assert versions["com.google.guava:guava"].source_file == "gradle.lockfile"
    assert versions["org.slf4j:slf4j-api"].source_file == "gradle/libs.versions.toml"


@pytest.mark.parametrize("text", ["x" * 300_000, "//" * 150_000, '"a:' * 100_000, "set(" * 75_000, "/*" * 150_000])
def test_a_hostile_gradle_script_names_nothing(tmp_path: Path, text: str) -> None:
    assert shown(read(tmp_path, "java", {"build.gradle": text})) == {}


def test_the_groups_of_uv_pdm_and_poetry_are_read(tmp_path: Path) -> None:
    pyproject = '[tool.uv]\ndev-dependencies = ["mypy==1.10.0"]\n[tool.pdm.dev-dependencies]\nlint = ["flake8>=7"]\n'
    pyproject += '[tool.poetry.dependencies]\ncelery = [{version = "^5.3", python = ">=3.8"}, {version = "^4"}]\n'
    versions = read(tmp_path, "python", {"pyproject.toml": pyproject})
    assert shown(versions) == {"mypy": "1.10.0", "flake8": ">=7", "celery": "^5.3"}


def test_quoted_go_modules_and_those_of_gopkg_are_read(tmp_path: Path) -> None:
    text = 'require (\n\tgopkg.in/yaml.v3 v3.0.1\n\t"example.com/quoted" v1.1.0\n)\n'
    versions = read(tmp_path, "go", {"go.mod": text})
    assert shown(versions) == {"gopkg.in/yaml.v3": "3.0.1", "example.com/quoted": "1.1.0"}
    assert versions.find("yaml") is versions["gopkg.in/yaml.v3"]


def test_go_modules_are_found_by_their_last_name(tmp_path: Path) -> None:
    text = "module example.com/m\ngo 1.22\nrequire github.com/gin-gonic/gin v1.10.0\nrequire (\n"
    text += "\tgithub.com/jackc/pgx/v5 v5.6.0 // indirect\n\tx.org/old v2.0.0+incompatible\n)\n"
    text += "replace (\n\tx.org/old v2.0.0 => x.org/new v3.0.0\n)\nexclude x.org/bad v9.0.0\n"
    versions = read(tmp_path, "go", {"go.mod": text})
    assert set(versions) == {"github.com/gin-gonic/gin", "github.com/jackc/pgx/v5", "x.org/old"}
    gin, pgx = versions.find("Gin"), versions.find("pgx")
    assert gin is not None
    assert gin.version == "1.10.0"
    assert pgx is not None
    assert pgx.version == "5.6.0"


def test_a_pom_has_its_properties_and_its_parents_version_filled_in(tmp_path: Path) -> None:
    text = (
        '<project xmlns="http://maven.apache.org/POM/4.0.0"><parent><groupId>org.springframework.boot</groupId>'
        "<artifactId>spring-boot-starter-parent</artifactId><version>3.3.1</version></parent><properties>"
        "<guava.version>33.2.0-jre</guava.version><loop>${loop}</loop></properties><dependencies>"
        "<dependency><groupId>com.google.guava</groupId><artifactId>guava</artifactId>"
        "<version>${guava.version}</version></dependency>"
        "<dependency><groupId>a</groupId><artifactId>b</artifactId><version>${project.parent.version}</version>"
        "</dependency><dependency><groupId>a</groupId><artifactId>c</artifactId><version>${loop}</version></dependency>"
        "<dependency><groupId>a</groupId><artifactId>d</artifactId><version>[1.0,2.0)</version></dependency>"
        "<dependency><groupId>a</groupId><artifactId>managed</artifactId></dependency></dependencies></project>"
    )
    versions = read(tmp_path, "java", {"pom.xml": text})
    assert shown(versions) == {
        "org.springframework.boot:spring-boot-starter-parent": "3.3.1",
        "com.google.guava:guava": "33.2.0-jre",
        "a:b": "3.3.1",
        "a:d": ">=1.0,<2.0",
    }
    assert versions.find("guava") is versions["com.google.guava:guava"]


@pytest.mark.parametrize(
    ("language", "name", "text"),
    [
        ("python", "uv.lock", "[[package]\n"),
        ("python", "Pipfile.lock", "[" * 100_000),
        ("javascript", "package-lock.json", "{"),
        ("javascript", "package-lock.json", '{"a": ' * 100_000),
        ("javascript", "pnpm-lock.yaml", "a: [\n"),
        ("rust", "Cargo.lock", "\x00"),
        ("java", "pom.xml", "<project>"),
        ("java", "pom.xml", '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><project>&a;</project>'),
    ],
)
def test_a_broken_file_is_a_problem_and_the_rest_is_read(tmp_path: Path, language: str, name: str, text: str) -> None:
    versions = read(tmp_path, language, {name: text, "pyproject.toml": '[project]\ndependencies = ["rich>=13"]\n'})
    assert len(versions.problems) == 1
    assert versions.problems[0].startswith(f"{name}: ")
    assert ("rich" in versions) == (language == "python")


def test_yaml_aliases_are_not_expanded(tmp_path: Path) -> None:
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 60))
    versions = read(tmp_path, "javascript", {"pnpm-lock.yaml": f"{bomb}dependencies:\n  react: *a59\n"})
    assert len(versions) == 0


@pytest.mark.parametrize(
    "text", ["[]", "5", "null", '{"packages": [1], "dependencies": {"a": 5, "b": {"version": {}}}}']
)
def test_documents_of_another_shape_are_no_versions(tmp_path: Path, text: str) -> None:
    read(tmp_path, "javascript", {"package-lock.json": text, "package.json": text, "pnpm-lock.yaml": text})


@needs_symlinks
def test_links_never_lead_out_of_the_project(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret==1\n")
    project = tmp_path / "project"
    project.mkdir()
    os.symlink(tmp_path / "secret.txt", project / "requirements.txt")
    os.symlink(tmp_path, project / "up")
    versions = project_versions(project, "python")
    assert "secret" not in versions
    assert versions.problems == ("requirements.txt: leads out of the project and is not read",)


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "package-lock.json").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    assert "is larger than 10,000,000 bytes" in project_versions(tmp_path, "javascript").problems[0]


def test_a_project_that_does_not_exist_has_no_versions(tmp_path: Path) -> None:
    assert len(project_versions(tmp_path / "none", "python")) == 0


def test_folders_of_others_and_deep_ones_are_not_searched(tmp_path: Path) -> None:
    names = ["node_modules/x/package.json", ".git/package.json", "a/b/c/package.json", "apps/web/package.json"]
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text("{}")
    assert VersionFiles(tmp_path).find("package.json") == ["apps/web/package.json"]


def test_an_answer_is_kept_until_a_file_changes_included_ones_too(tmp_path: Path) -> None:
    first = read(tmp_path, "python", {"requirements.txt": "-r more.in\n", "more.in": "rich==13.0.0\n"})
    assert project_versions(tmp_path, "python") is first
    before = fingerprint(tmp_path, "python", ["more.in"])
    (tmp_path / "more.in").write_text("rich==14.0.0  \n")
    assert fingerprint(tmp_path, "python", ["more.in"]) != before
    assert project_versions(tmp_path, "python")["rich"].version == "14.0.0"


@pytest.mark.parametrize(
    ("version", "wish", "expected"),
    [
        ("0.115.4", "==0.115.*", True),
        ("v0.115.4", "0.115", True),
        ("0.116.0", "0.115", False),
        ("0.115.4", "==0.115", True),
        ("1.4.9", "^1.2.3", True),
        ("2.0.0", "^1.2.3", False),
        ("0.2.9", "^0.2.3", True),
        ("0.3.0", "^0.2.3", False),
        ("1.2.9", "~1.2.3", True),
        ("1.3.0", "~1.2.3", False),
        ("1.9", "~1", True),
        ("18.9.1", "18.x", True),
        ("19.2.0", "18 || 19", True),
        ("17.0.0", ">=18 <20", False),
        ("19.1.0", ">=18 <20", True),
        ("1.5.0", "1.2 - 1.9", True),
        ("v19_2_0", "19.2.0", True),
        ("3.0", "*", True),
        ("1.4.5", "~=1.4.2", True),
        ("1.5", "!=1.5.*", False),
        ("main", "1.0", False),
        ("6.4.4.Final", "==6.4.4.Final", True),
        ("2.0.0-beta.3", "^2.0.0-beta.3", True),
        ("1.0", "==1.0rc1", False),
        ("1.0", "nonsense", False),
    ],
)
def test_ranges_of_all_notations_are_understood(version: str, wish: str, expected: bool) -> None:
    assert satisfies(version, wish) is expected


@pytest.mark.parametrize(
    ("asked", "available", "version", "note"),
    [
        ("fastapi==0.115.*", ["0.128.0", "v0.115.4", "v0.115.13", "0.116.0"], "v0.115.13", None),
        ("react@19", ["v18.3.1", "v19_2_0", "v19.3.0-beta.1"], "v19_2_0", None),
        ("next@15", ["v15.1.0-canary.3", "v14.2.0"], "v15.1.0-canary.3", None),
        ("serde = 1.0", [], None, "serde 1.0 is wanted, but there is only the latest: this is the latest"),
        ("fastapi==0.90.0", ["0.115.0", "0.88.0"], "0.88.0", "fastapi ==0.90.0 is wanted, this is 0.88.0"),
        ("react@17", ["v18.3.1", "v19.0.0"], None, "but there is v18.3.1, v19.0.0: this is the latest"),
        ("react", ["v18.3.1"], None, None),
        ("hibernate@6.4.4.Final", ["6.4.4.Final", "6.5.0.Final"], "6.4.4.Final", None),
        ("spring@1.2.3.RELEASE", ["1.2.4.RELEASE", "1.2.3.RELEASE"], "1.2.3.RELEASE", None),
        ("guava@33.0.0-jre", ["33.0.0-android", "33.0.0-jre", "33.0.0-other"], "33.0.0-jre", None),
        ("react@18 || 19", ["v19.1.1", "v20.0.0"], "v19.1.1", None),
    ],
)
def test_the_best_version_is_chosen_and_a_different_one_is_said(
    asked: str, available: list[str], version: str | None, note: str | None
) -> None:
    choice = choose_version(parse_library(asked), available)
    assert choice.version == version
    assert (note in choice.note) if note and choice.note else choice.note == note
