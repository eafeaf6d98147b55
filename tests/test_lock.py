"""What is locked is what the ranges allow, with a hash for every file; `.ci/lock.sh` writes it anew."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from code_assistant.settings import CONTEXT7_PACKAGE

ROOT = Path(__file__).resolve().parents[1]
_LOCKED = re.compile(r"^([\w.-]+)==(\S+)[^\n\\]*((?:\\\n\s+--hash=sha256:[0-9a-f]{64}\s*?)*)", re.MULTILINE)


@pytest.mark.parametrize("ranges", ["requirements.txt", ".ci/requirements.txt"])
def test_every_requirement_is_locked_within_its_range(ranges: str) -> None:
    lock = (ROOT / ranges).with_suffix(".lock").read_text(encoding="utf-8")
    locked = {canonicalize_name(name): version for name, version, _ in _LOCKED.findall(lock)}
    for line in (ROOT / ranges).read_text(encoding="utf-8").split("\n"):
        if line.strip() and not line.startswith("#"):
            requirement = Requirement(line)
            version = locked.get(canonicalize_name(requirement.name), "0")
            assert version in requirement.specifier, f"{line}: {version} is locked; run .ci/lock.sh"


@pytest.mark.parametrize("lock", ["requirements.lock", ".ci/requirements.lock"])
def test_every_locked_package_has_its_hashes(lock: str) -> None:
    found = _LOCKED.findall((ROOT / lock).read_text(encoding="utf-8"))
    assert found
    assert [name for name, _, hashes in found if "--hash" not in hashes] == []


def test_the_image_is_built_from_the_package_that_npx_runs_with_a_hash_for_each_part() -> None:
    folder = ROOT / "docker" / "context7"
    name, _, version = CONTEXT7_PACKAGE.rpartition("@")
    assert json.loads((folder / "package.json").read_text(encoding="utf-8"))["dependencies"] == {name: version}
    packages = json.loads((folder / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert packages[f"node_modules/{name}"]["version"] == version
    assert [path for path, part in packages.items() if path and not part.get("integrity")] == []


@pytest.mark.parametrize("dockerfile", ["docker/Dockerfile", "docker/context7/Dockerfile"])
def test_an_image_is_built_on_one_version_unless_it_is_told_another(dockerfile: str) -> None:
    text = (ROOT / dockerfile).read_text(encoding="utf-8")
    assert re.search(r"^ARG BASE=\w+:\d+\.\d+\.\d+-\S+$", text, re.MULTILINE)
    assert set(re.findall(r"^FROM (\S+)", text, re.MULTILINE)) == {"${BASE}"}
