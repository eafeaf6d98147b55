"""The forms in which an outcome is told: SARIF by its schema, GitHub's commands, JSON."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft7Validator  # type: ignore[import-untyped]

from tests.support import external
from tests.support.repositories import Repository, make_repository, run_gate

SCHEMA_PACKAGE, VERSION = "@microsoft/jest-sarif", "1.0.0-beta.0"  # brings the schema with it
FILES = {
    "a b.py": "def run(text):\n    return eval(text)\n",
    "src/b.js": "var x = 1;\neval(x);\neval(x);\n",
    "c.py": '"""Fine."""\n',
    "d.html": "<p>50% of a, b: c\n",
}


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return make_repository(tmp_path, FILES)


def test_sarif_is_what_its_schema_says(repository: Repository) -> None:
    home = external.npm_folder() / f"sarif-{VERSION}"
    package = external.need_npm(SCHEMA_PACKAGE, VERSION, home)
    (file,) = package.rglob("sarif-2.1.0*.json")
    schema = json.loads(file.read_text(encoding="utf-8-sig"))
    for arguments in ((), ("--changed",), ("--strict",)):
        log = run_gate(repository.folder, "--check", *arguments, "--format", "sarif").data
        Draft7Validator(schema).validate(log)


def test_sarif_says_where_by_the_root_and_knows_each_finding_again(repository: Repository) -> None:
    (run,) = run_gate(repository.folder, "--check", "--format", "sarif").data["runs"]
    results = run["results"]
    places = {one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in results}
    assert {"a%20b.py", "src/b.js"} <= places
    prints = [one["partialFingerprints"]["lineText/v1"] for one in results]
    assert len(set(prints)) == len(prints)
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[one["ruleIndex"]]["id"] == one["ruleId"] for one in results)
    assert {one["level"] for one in results} == {"error", "warning"}
    repository.write({"src/b.js": "\n\n" + FILES["src/b.js"]})
    (again,) = run_gate(repository.folder, "--check", "--format", "sarif").data["runs"]
    assert [one["partialFingerprints"]["lineText/v1"] for one in again["results"]] == prints


def test_github_gets_a_command_for_each_finding(repository: Repository) -> None:
    ran = run_gate(repository.folder, "--check", "--format", "github")
    commands = re.findall(r"^::(error|warning) file=([^,]+),line=(\d+)[^:]*::(.+)$", ran.output, re.MULTILINE)
    assert ("error", "src/b.js", "2") in {command[:3] for command in commands}
    assert ran.code == 1


def test_json_counts_what_it_lists(repository: Repository) -> None:
    data = run_gate(repository.folder, "--check", "--format", "json").data
    breaches = [one for one in data["findings"] if one["is_breach"]]
    assert data["summary"]["breaches"] == len(breaches)
    assert data["summary"]["warnings"] == len(data["findings"]) - len(breaches)
    assert data["summary"]["files"] == len(FILES)
    assert data["exit_code"] == 1
