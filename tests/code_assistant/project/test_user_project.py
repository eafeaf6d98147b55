"""The user's project on the way to an answer: its versions, its packages, and code held against them."""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from code_assistant.children.child import Child
from code_assistant.children.launch import StdioLaunch
from code_assistant.context import Context, Gatherer
from code_assistant.documentation.cache import Cache
from code_assistant.documentation.document import Document, Documentation, NoDocument
from code_assistant.documentation.ladder import Documents
from code_assistant.generation.checks import Checker
from code_assistant.model.answer import Answer
from code_assistant.model.prompt import request_message
from code_assistant.project.libraries import LibraryName, parse_library
from code_assistant.project.user_project import UserProject, Wanted
from code_assistant.request import parse_request
from code_assistant.result import GeneratedFile
from code_assistant.settings import Settings
from tests.support.children import launching


def project(folder: Path, requirements: str = "pydantic==2.1\n") -> UserProject:
    (folder / "requirements.txt").write_text(requirements, encoding="utf-8")
    return UserProject(Settings(project_dir=str(folder), python=sys.executable))


def source(content: str, path: str = "main.py") -> GeneratedFile:
    return GeneratedFile(path=path, language="python", role="source", content=content)


async def test_the_projects_version_is_wanted_when_none_was_asked_for(tmp_path: Path) -> None:
    wanted = await project(tmp_path).wanted("pydantic", "python")
    assert wanted.library.wish == "==2.1"
    assert wanted.note == "version 2.1 as in requirements.txt"


def document(found: Documentation) -> Document:
    assert isinstance(found, Document), found
    return found


async def test_a_version_that_was_asked_for_wins(tmp_path: Path) -> None:
    wanted = await project(tmp_path).wanted("pydantic==2.5", "python")
    assert wanted.library.wish == "==2.5"
    assert wanted.note is None


@pytest.mark.parametrize(
    ("about", "version"),
    [
        ("add a form to services/api/src/form.py", "1.10"),
        ("see ./services/api/ first", "1.10"),
        ("add a form", "2.1"),
        ("see https://example.com/services/api/x or ../services/api/x", "2.1"),
    ],
)
async def test_the_version_is_the_one_that_holds_where_the_request_says(
    tmp_path: Path, about: str, version: str
) -> None:
    known = project(tmp_path)
    (tmp_path / "services" / "api" / "src").mkdir(parents=True)
    (tmp_path / "services" / "api" / "requirements.txt").write_text("pydantic==1.10\n", encoding="utf-8")
    assert (await known.wanted("pydantic", "python", about)).library.wish == f"=={version}"


async def test_what_was_not_read_is_told_when_a_library_is_not_found(tmp_path: Path) -> None:
    known = project(tmp_path)
    (tmp_path / "pixi.lock").write_text("x", encoding="utf-8")
    assert (await known.wanted("pydantic", "python")).problems == ()
    assert (await known.wanted("rich", "python")).problems[0].startswith("pixi.lock: ")


async def test_without_a_project_nothing_is_known() -> None:
    nobody = UserProject(Settings())
    assert (await nobody.wanted("pydantic", "python")).library.wish is None
    assert await nobody.installed((await nobody.wanted("pydantic", "python")).library, "python", "x") is None


async def test_the_installed_package_documents_itself_when_context7_is_off(tmp_path: Path) -> None:
    documents = Documents(None, Cache(tmp_path / "cache"), project=project(tmp_path))
    found = document(await documents.find("pydantic", "validate a model"))
    assert found.source == "installed"
    assert found.version
    assert "BaseModel" in found.text
    assert "Context7 is switched off" in (found.note or "")


async def test_what_is_not_there_is_said_with_a_remedy(tmp_path: Path) -> None:
    found = await Documents(None, Cache(tmp_path / "cache"), project=project(tmp_path)).find("no-such-package", "x")
    assert isinstance(found, NoDocument)
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
    files = [source(f"x = {' + '.join(['a'] * 3_000)}\n", "deep.py"), source("from rich.console import Consol\n")]
    judged = await Checker(standards, project(tmp_path)).judge(parse_request({"request": "Add"}), Answer(files=files))
    assert [finding.file for finding in judged.checks.findings] == ["main.py"]
    assert "deep.py: not held against the installed packages: it is nested too deeply" in judged.checks.not_checked


class Faulty(UserProject):
    """A project whose reading goes wrong in a way that nobody has thought of."""

    def __init__(self, error: BaseException, *, versions_too: bool = False) -> None:
        super().__init__(Settings())
        self._error = error
        self._versions_too = versions_too

    async def wanted(self, asked: str, language: str, about: str = "") -> Wanted:
        if self._versions_too:
            raise self._error
        return Wanted(parse_library(asked), note="version 1 as in a file")

    async def installed(self, library: LibraryName, language: str, query: str) -> Any:
        raise self._error


async def test_another_version_than_the_one_that_is_wanted_is_told(tmp_path: Path) -> None:
    installed = version("pydantic")
    documents = Documents(None, None, project=project(tmp_path, "pydantic==1.10.13\n"))
    asked = document(await documents.find("pydantic==1.10", "validate a model"))
    assert asked.note == (
        f"pydantic ==1.10 is wanted, {installed} is installed; read from pydantic, since Context7 is switched off"
    )
    found = document(await documents.find("pydantic", "validate a model"))
    assert (found.source, found.version) == ("installed", installed)
    assert (found.note or "").startswith(
        f"version 1.10.13 as in requirements.txt; pydantic ==1.10.13 is wanted, {installed} is installed; "
    )


async def test_the_installed_version_that_is_wanted_needs_no_such_note(tmp_path: Path) -> None:
    documents = Documents(None, None, project=project(tmp_path, "pydantic>=2\n"))
    for asked in ("pydantic", "pydantic>2", "pydantic@latest", f"pydantic=={version('pydantic')}"):
        assert "is installed" not in (document(await documents.find(asked, "validate a model")).note or "")


@pytest.mark.parametrize("error", [RecursionError("deep"), AttributeError("x"), MemoryError(), OSError("gone")])
@pytest.mark.parametrize("versions_too", [False, True])
async def test_no_fault_in_reading_a_project_costs_the_request(error: Exception, versions_too: bool) -> None:
    documents = Documents(None, None, project=Faulty(error, versions_too=versions_too))
    found = await documents.find("thing", "x")
    kind = type(error).__name__
    assert isinstance(found, NoDocument)
    assert found.why == f"Context7 is switched off; the installed package could not be read ({kind})"
    problems = (f"the project's files could not be read ({kind})",) if versions_too else ()
    assert found.problems == problems


async def test_files_that_cannot_be_used_are_missing_in_the_answer_once(tmp_path: Path) -> None:
    known = project(tmp_path, "pydantic==1.10.13\n")
    conflict = "<<<<<<< HEAD\n[[package]]\n=======\n"
    (tmp_path / "poetry.lock").write_text(conflict, encoding="utf-8")
    context = await gathered(known, ["pydantic", "rich"])
    told = [missing for missing in context.missing if missing.what == "part of the project's versions"]
    assert [missing.why.partition(":")[0] for missing in told] == ["poetry.lock"]
    assert "name the version as in" in told[0].remedy
    asked = await gathered(known, ["pydantic==1.10"])
    assert "part of the project's versions" not in {missing.what for missing in asked.missing}


async def test_the_model_is_told_which_version_it_reads_about(tmp_path: Path) -> None:
    request = parse_request({"request": "Validate", "libraries": ["pydantic"]})
    context = await gathered(project(tmp_path, "pydantic==1.10.13\n"), ["pydantic"])
    (tag,) = [line for line in request_message(request, context).splitlines() if line.startswith("<documentation ")]
    assert f'version="{version("pydantic")}"' in tag
    assert 'note="version 1.10.13 as in requirements.txt; pydantic ==1.10.13 is wanted' in tag


async def gathered(known: UserProject, libraries: list[str]) -> Context:
    standards = Child("standards", launching(StdioLaunch("never-started")))
    standards.state = "failed"
    gatherer = Gatherer(standards, Documents(None, None, project=known), 50_000)
    return await gatherer.gather(parse_request({"request": "Validate", "libraries": libraries}), lambda line: None)
