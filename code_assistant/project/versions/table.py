"""The files that name versions, by language, the most exact first: the table is the list of what is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from code_assistant.project.versions.files import VersionFiles
from code_assistant.project.versions.formats import (
    cargo,
    conda,
    deno,
    go_mod,
    gradle_catalogue,
    gradle_lock,
    gradle_script,
    maven,
    node_lock,
    package_json,
    pyproject,
    python_lock,
    requirements,
    setuptools,
    yarn,
)
from code_assistant.project.versions.found import FoundVersions

Reader = Callable[[VersionFiles, str], Iterator[FoundVersions]]


@dataclass(frozen=True)
class Format:
    """How the files of one format are called, and what reads them."""

    patterns: tuple[str, ...]
    read: Reader


def _tell_unread(
    files: VersionFiles, name: str, why: str = "names versions in a form that is not read"
) -> Iterator[FoundVersions]:
    files.unread.append(f"{name}: {why}")
    yield from ()


def _tell_binary(files: VersionFiles, name: str) -> Iterator[FoundVersions]:
    return _tell_unread(files, name, "is not read; `bun install --save-text-lockfile` writes bun.lock, which is")


_NODE = (
    Format(("package-lock.json", "npm-shrinkwrap.json"), node_lock.read_npm),
    Format(("pnpm-lock.yaml",), node_lock.read_pnpm),
    Format(("yarn.lock",), yarn.read),
    Format(("bun.lock",), node_lock.read_bun),
    Format(("bun.lockb",), _tell_binary),
    Format(("deno.lock",), deno.read_lock),
    Format(("package.json",), package_json.read),
    Format(deno.MANIFESTS, deno.read_manifest),
)
_PYTHON = (
    Format(("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml", "pylock.*.toml"), python_lock.read),
    Format(("Pipfile.lock",), python_lock.read_pipfile),
    Format(("requirements.txt",), requirements.read),
    Format(("pyproject.toml",), pyproject.read),
    Format(("requirements*.txt", "*requirements.txt", "requirements/*.txt", "constraints*.txt"), requirements.read),
    Format(("requirements*.in",), requirements.read),
    Format(("Pipfile",), pyproject.read_pipfile),
    Format(("setup.cfg",), setuptools.read_config),
    Format(("setup.py",), setuptools.read_script),
    Format(("environment*.yml", "environment*.yaml"), conda.read),
    Format(("conda-lock.yml", "pixi.lock", "pixi.toml", "*.py.lock"), _tell_unread),
)
_JAVA = (
    Format(("gradle.lockfile", "gradle/dependency-locks/*.lockfile"), gradle_lock.read),
    Format(("pom.xml",), maven.read),
    Format(("*.versions.toml",), gradle_catalogue.read),
    Format(("settings.gradle", "settings.gradle.kts"), gradle_catalogue.read_settings),
    Format(gradle_script.SCRIPTS, gradle_script.read),
    Format(("build.sbt", "ivy.xml", "MODULE.bazel", "maven_install.json"), _tell_unread),
)
FORMATS: Mapping[str, tuple[Format, ...]] = {
    "python": _PYTHON,
    "javascript": _NODE,
    "typescript": _NODE,
    "html": _NODE,
    "css": _NODE,
    "rust": (Format(("Cargo.lock",), cargo.read_lock), Format(("Cargo.toml",), cargo.read_manifest)),
    "go": (
        Format(("go.work",), go_mod.read_workspace),
        Format(("go.mod",), go_mod.read),
        Format(("Gopkg.lock", "glide.lock"), _tell_unread),
    ),
    "java": _JAVA,
}
