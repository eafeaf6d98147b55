"""The user's project on the way to an answer: its versions, its packages, and code held against them."""

from __future__ import annotations

import sys
from pathlib import Path

from code_assistant.answer import Answer, AnswerFile
from code_assistant.cache import Cache
from code_assistant.checking import Checker
from code_assistant.children import Child
from code_assistant.docs import Documents
from code_assistant.launch import StdioLaunch
from code_assistant.request import parse_request
from code_assistant.result import GeneratedFile
from code_assistant.settings import Settings
from code_assistant.user_project import UserProject
from tests.support.children import launching


def project(folder: Path, requirements: str = "pydantic==2.1\n") -> UserProject:
    (folder / "requirements.txt").write_text(requirements, encoding="utf-8")
    return UserProject(Settings(project_dir=str(folder), python=sys.executable))


def source(content: str) -> GeneratedFile:
    return GeneratedFile(path="main.py", language="python", role="source", content=content)


async def test_the_projects_version_is_wanted_when_none_was_asked_for(tmp_path: Path) -> None:
    wanted = await project(tmp_path).wanted("pydantic", "python")
    assert wanted.library.wish == "==2.1"
    assert wanted.note == "version 2.1 as in requirements.txt"


async def test_a_version_that_was_asked_for_wins(tmp_path: Path) -> None:
    wanted = await project(tmp_path).wanted("pydantic==2.5", "python")
    assert wanted.library.wish == "==2.5"
    assert wanted.note is None


async def test_without_a_project_nothing_is_known() -> None:
    nobody = UserProject(Settings())
    assert (await nobody.wanted("pydantic", "python")).library.wish is None
    assert await nobody.installed((await nobody.wanted("pydantic", "python")).library, "python", "x") is None


async def test_the_installed_package_documents_itself_when_context7_is_off(tmp_path: Path) -> None:
    documents = Documents(None, Cache(tmp_path / "cache"), project=project(tmp_path))
    found = await documents.find("pydantic", "validate a model")
    assert found.source == "installed"
    assert found.version
    assert "BaseModel" in found.text
    assert "Context7 is switched off" in (found.note or "")


async def test_what_is_not_there_is_said_with_a_remedy(tmp_path: Path) -> None:
    found = await Documents(None, Cache(tmp_path / "cache"), project=project(tmp_path)).find("no-such-package", "x")
    assert (found.source, found.text) == ("none", "")
    assert found.why
    assert found.remedy


async def test_a_name_that_a_package_does_not_have_is_a_finding(tmp_path: Path) -> None:
    request = parse_request({"request": "Print", "libraries": ["rich"]})
    right = 'from rich.console import Console\n\nConsole(width=80).print("x")\n'
    findings = (await project(tmp_path).check(request, [source(right)])).findings
    assert findings == ()
    wrong = right.replace("import Console", "import Consol").replace("Console(", "Consol(")
    findings = (await project(tmp_path).check(request, [source(wrong)])).findings
    assert [(finding.rule, finding.severity) for finding in findings] == [("reality-unknown-name", "error")]
    assert "Console" in findings[0].message
    findings = (await project(tmp_path).check(request, [source(right.replace("width", "widht"))])).findings
    assert [finding.rule for finding in findings] == ["reality-unknown-argument"]
    assert "width" in findings[0].message


async def test_a_module_nobody_asked_for_is_a_warning(tmp_path: Path) -> None:
    request = parse_request({"request": "Validate"})
    findings = (await project(tmp_path).check(request, [source("import surely_not_a_real_package_1234\n")])).findings
    assert [(finding.rule, finding.severity) for finding in findings] == [("reality-unknown-module", "warning")]


async def test_the_result_names_the_file_that_was_not_held_against_the_packages(tmp_path: Path) -> None:
    standards = Child("standards", launching(StdioLaunch("never-started")))
    standards.state = "failed"
    files = [AnswerFile(path="deep.py", content=f"x = {' + '.join(['a'] * 3_000)}\n")]
    files.append(AnswerFile(path="main.py", content="from rich.console import Consol\n"))
    judged = await Checker(standards, project(tmp_path)).judge(parse_request({"request": "Add"}), Answer(files=files))
    assert [finding.file for finding in judged.checks.findings] == ["main.py"]
    assert "deep.py: not held against the installed packages: it is nested too deeply" in judged.checks.not_checked
