"""What tools write becomes findings: in the formats of their documentation, for those that no test can install."""

from __future__ import annotations

from pathlib import Path

import pytest

from coding_standards.project.tools.process import Ran, ToolFailedError
from coding_standards.project.tools.reading import Places, read_output
from coding_standards.project.tools.row import TeamRow
from coding_standards.project.tools.table import TOOLS
from coding_standards.project.tools.tool import Tool

PLACES = Places((Path("/home/me/project"),), "api")
BY_NAME = {tool.name: tool for tool in TOOLS}
SARIF = TeamRow.model_validate({"name": "house", "command": ["house"], "read": "sarif"}).to_tool()
SARIF_TEXT = """{"runs": [{"results": [{"ruleId": "R1", "level": "warning", "message": {"text": "No."}, "locations":
[{"physicalLocation": {"artifactLocation": {"uri": "file:///home/me/project/api/a.py"},
"region": {"startLine": 3}}}]}]}]}"""
STATICCHECK = '{"code":"SA4006","severity":"error","location":{"file":"/home/me/project/api/a.go","line":5,"column":2},'
STATICCHECK += '"end":{},"message":"never used"}'
MAVEN = "[ERROR] COMPILATION ERROR : \n[ERROR] /home/me/project/api/src/A.java:[7,16] incompatible types\n"
OPENGREP = """{"results": [{"check_id": "rules.no-eval", "path": "a.py", "start": {"line": 2, "col": 1},
"extra": {"message": "No eval.", "severity": "ERROR"}}]}"""


@pytest.mark.parametrize(
    ("tool", "exit_code", "output", "found"),
    [
        (SARIF, 1, SARIF_TEXT, ("api/a.py", 3, "R1", "warning")),
        (BY_NAME["staticcheck"], 1, STATICCHECK, ("api/a.go", 5, "SA4006", "error")),
        (
            BY_NAME["golangci-lint"],
            1,
            "pkg/a.go:4:2: x declared and not used (typecheck)\n1 issues:\n",
            ("api/pkg/a.go", 4, "typecheck", "error"),
        ),
        (BY_NAME["maven"], 1, MAVEN, ("api/src/A.java", 7, "", "error")),
        (
            BY_NAME["gradle"],
            1,
            "/home/me/project/api/src/A.java:7: error: incompatible types\n",
            ("api/src/A.java", 7, "", "error"),
        ),
        (BY_NAME["opengrep"], 0, OPENGREP, ("api/a.py", 2, "rules.no-eval", "error")),
        (
            BY_NAME["spotless"],
            1,
            "[ERROR] The following files had format violations:\n",
            ("api/a.java", 0, "", "error"),
        ),
    ],
    ids=lambda value: value.name if isinstance(value, Tool) else "",
)
def test_a_finding_is_read(tool: Tool, exit_code: int, output: str, found: tuple[str, int, str, str]) -> None:
    said = read_output(tool, Ran(exit_code, output.encode(), b""), PLACES, ("api/a.java",))
    assert [(one.file, one.line, one.rule, one.severity) for one in said] == [found]


@pytest.mark.parametrize(
    ("tool", "exit_code", "output"),
    [
        ("maven", 1, "[ERROR] Plugin x could not be resolved: Cannot access central in offline mode\n"),
        ("cargo check", 101, "error: no matching package named `nosuch` found\n"),
        ("tsc", 1, "error TS18003: No inputs were found in config file\n"),
        ("mypy", 2, "mypy: can't read file 'a.py'\n"),
        ("eslint", 2, "Oops! Something went wrong!\n"),
    ],
)
def test_output_that_tells_of_a_failure_is_no_clean_bill(tool: str, exit_code: int, output: str) -> None:
    with pytest.raises(ToolFailedError):
        read_output(BY_NAME[tool], Ran(exit_code, output.encode(), b""), PLACES, ("api/a.java",))
