"""Installed packages read as text: real folders of environments, laid out as pip, uv, setuptools and npm leave them."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from code_assistant.documentation.installed import describe_installed
from code_assistant.project.libraries import LibraryName
from code_assistant.project.packages.environment import Environment, find_environment, read_environment
from code_assistant.project.packages.modules import Deadline, DeadlineError, find_packages
from code_assistant.project.packages.resolve import Absent, Definition, Resolver, Target

needs_symlinks = pytest.mark.skipif(sys.platform == "win32", reason="symlinks need a privilege on Windows")

WIDGETS = {
    "widgets/__init__.py": '"""Widgets."""\nfrom widgets._core import Widget, paint_all\nfrom .shapes import *\n'
    "__all__ = ['Widget', 'paint_all']\n",
    "widgets/_core.py": "class Widget:\n"
    '    """A thing to look at.\n\n    More.\n    """\n'
    "    def __init__(self, colour: str, *, size: int = 3) -> None:\n        raise SystemExit('imported')\n"
    "    async def fetch_price(self, currency: str) -> float:\n"
    '        """Ask the shop for the price."""\n'
    "    def _hidden(self): ...\n"
    "def paint_all(widgets: list[Widget]) -> None:\n    '''Paint every widget.'''\nprint('side effect')\n",
    "widgets/shapes.py": "class Circle: pass\n",
    "widgets/tests/test_it.py": "class TestIt: pass\n",
    "widgets-2.1.dist-info/METADATA": "Metadata-Version: 2.1\nName: Widgets\nVersion: 2.1\nSummary: All widgets.\n\n"
    "# Widgets\n\n[![badge](x)](y)\n\n```python\nWidget('red')\n```\n",
    "widgets-2.1.dist-info/RECORD": "widgets/__init__.py,,\nwidgets/_core.py,,\nwidgets-2.1.dist-info/METADATA,,\n",
}


@dataclass(frozen=True)
class Places:
    python: str | None = None
    project_dir: str | None = None


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def make_venv(root: Path, files: dict[str, str] | None = None) -> Path:
    """An environment as `python -m venv` lays it out on this system, without an interpreter that runs."""
    site = root / ("Lib/site-packages" if sys.platform == "win32" else "lib/python3.12/site-packages")
    site.mkdir(parents=True)
    (root / "pyvenv.cfg").write_text("home = /nowhere/bin\nversion = 3.12.1\n")
    write(site, files or {})
    return site


def test_the_projects_own_environment_is_found(tmp_path: Path) -> None:
    site = make_venv(tmp_path / ".venv")
    assert find_environment(Places(project_dir=str(tmp_path))).site_packages == (site,)


def test_the_setting_wins_and_may_name_a_folder_or_an_interpreter(tmp_path: Path) -> None:
    make_venv(tmp_path / "project" / ".venv")
    site = make_venv(tmp_path / "other")
    (tmp_path / "other" / "bin").mkdir()
    interpreter = tmp_path / "other" / "bin" / "python"
    interpreter.write_text("not to be run")
    for python in (tmp_path / "other", interpreter):
        assert find_environment(Places(str(python), str(tmp_path / "project"))).site_packages == (site,)


def test_without_any_environment_there_is_none(tmp_path: Path) -> None:
    for places in (Places(), Places(project_dir=str(tmp_path)), Places(python=str(tmp_path / "none"))):
        assert not find_environment(places).has_python


@needs_symlinks
def test_an_interpreter_that_is_a_link_belongs_to_the_links_environment(tmp_path: Path) -> None:
    site = make_venv(tmp_path / "venv")
    (tmp_path / "venv" / "bin").mkdir()
    os.symlink(sys.executable, tmp_path / "venv" / "bin" / "python")
    assert read_environment(tmp_path / "venv" / "bin" / "python").site_packages == (site,)


def test_this_interpreters_environment_is_found_without_running_it() -> None:
    environment = read_environment(Path(sys.prefix))
    assert find_packages(environment).locate("pydantic.main") is not None


def test_editable_installs_are_read_as_data(tmp_path: Path) -> None:
    site = make_venv(tmp_path / "venv")
    for name in ("by_path", "by_finder", "by_url/src", "by_link"):
        (tmp_path / name / "package").mkdir(parents=True)
    write(
        site,
        {
            "plain.pth": f"# comment\n{tmp_path / 'by_path'}\n/does/not/exist\n",
            "__editable__.x.pth": "import __editable___x_finder; __editable___x_finder.install()\n",
            "__editable___x_finder.py": "raise SystemExit\nMAPPING: dict[str, str] = "
            f"{{'package': {str(tmp_path / 'by_finder' / 'package')!r}}}\n",
            "y-1.dist-info/direct_url.json": json.dumps(
                {"url": (tmp_path / "by_url").as_uri(), "dir_info": {"editable": True}}
            ),
            "z.egg-link": f"{tmp_path / 'by_link'}\n.\n",
            "broken.dist-info/direct_url.json": "{",
        },
    )
    environment = read_environment(tmp_path / "venv")
    assert {tmp_path / "by_path", tmp_path / "by_finder", tmp_path / "by_url" / "src", tmp_path / "by_link"} <= set(
        environment.site_packages
    )
    assert environment.is_complete


def test_an_import_hook_that_cannot_be_read_makes_the_environment_incomplete(tmp_path: Path) -> None:
    make_venv(tmp_path, {"_editable_hook.pth": "import _my_editable_loader\n"})
    assert not read_environment(tmp_path).is_complete


def test_the_public_interface_is_described_and_nothing_is_imported(tmp_path: Path) -> None:
    make_venv(tmp_path, WIDGETS)
    found = describe_installed(LibraryName("widgets"), "python", "paint a widget", read_environment(tmp_path))
    assert found is not None
    assert (found.name, found.version, found.source) == ("Widgets", "2.1", "widgets")
    assert "class Widget(colour: str, *, size: int = 3)`: A thing to look at." in found.text
    assert "`.async fetch_price(currency: str) -> float`: Ask the shop for the price." in found.text
    assert "paint_all(widgets: list[Widget]) -> None`: Paint every widget." in found.text
    assert "class Circle" in found.text
    assert "Widget('red')" in found.text
    assert "badge" not in found.text
    assert "_hidden" not in found.text
    assert "TestIt" not in found.text
    assert "widgets" not in sys.modules


def test_the_description_keeps_to_its_budget_and_to_the_query() -> None:
    environment = read_environment(Path(sys.prefix))
    found = describe_installed(LibraryName("anyio"), "python", "fail after a deadline", environment, 3_000)
    assert found is not None
    assert len(found.text) <= 3_000
    assert "fail_after(delay: float | None" in found.text


def test_a_module_name_finds_its_distribution() -> None:
    environment = read_environment(Path(sys.prefix))
    found = describe_installed(LibraryName("yaml"), "python", "load", environment)
    assert found is not None
    assert found.name == "PyYAML"


@pytest.mark.parametrize(("name", "language"), [("nothing", "python"), ("widgets", "go"), ("widgets", "typescript")])
def test_what_is_not_installed_is_none(tmp_path: Path, name: str, language: str) -> None:
    make_venv(tmp_path, WIDGETS)
    assert describe_installed(LibraryName(name), language, "x", read_environment(tmp_path)) is None


def test_a_broken_package_still_has_its_readme(tmp_path: Path) -> None:
    make_venv(tmp_path, {**WIDGETS, "widgets/__init__.py": "def (", "widgets/_core.py": "\x00"})
    found = describe_installed(LibraryName("widgets"), "python", "x", read_environment(tmp_path))
    assert found is not None
    assert "Widget('red')" in found.text


def look_up(resolver: Resolver, module: str, name: str) -> Target:
    location = resolver.packages.locate(module)
    assert location is not None
    return resolver.member(location, name)


def test_a_passed_deadline_ends_the_reading(tmp_path: Path) -> None:
    make_venv(tmp_path, WIDGETS)
    with pytest.raises(DeadlineError):
        look_up(Resolver(find_packages(read_environment(tmp_path)), Deadline.after(-1)), "widgets", "Widget")


def test_an_edited_module_is_read_again(tmp_path: Path) -> None:
    site = make_venv(tmp_path, WIDGETS)
    environment = read_environment(tmp_path)
    resolver = Resolver(find_packages(environment), Deadline.after(60))
    assert isinstance(look_up(resolver, "widgets.shapes", "Circle"), Definition)
    (site / "widgets" / "shapes.py").write_text("class Square: pass\n")
    os.utime(site / "widgets" / "shapes.py", ns=(1, 1))
    assert isinstance(look_up(resolver, "widgets.shapes", "Circle"), Absent)
    assert find_packages(environment) is resolver.packages


PACKAGE = {
    "node_modules/shop/package.json": json.dumps(
        {"version": "3.4.5", "description": "A shop.", "exports": {".": {"import": {"types": "./dist/index.d.ts"}}}}
    ),
    "node_modules/shop/README.md": '# Shop\n\n<img src="x">\n\n```ts\nbuy("tea")\n```\n',
    "node_modules/shop/dist/index.d.ts": "import { Tea } from './tea.js';\nexport * from './tea.js';\n"
    "export declare function buy(what: string): Promise<Tea>;\nexport * from '../../../secret';\n",
    "node_modules/shop/dist/tea.d.ts": "export interface Tea {\n  leaves: number;\n\n"
    "  brew(minutes: number): void;\n}\n",
    "node_modules/untyped/package.json": '{"version": "1.0.0", "main": "index.js"}',
    "node_modules/@types/untyped/package.json": '{"version": "1.0.9", "types": "index.d.ts"}',
    "node_modules/@types/untyped/index.d.ts": "declare function old(): void;\n",
    "secret.d.ts": "export declare const password: string;\n",
}


def test_an_npm_package_is_its_readme_and_its_declarations(tmp_path: Path) -> None:
    write(tmp_path, PACKAGE)
    environment = find_environment(Places(project_dir=str(tmp_path)))
    found = describe_installed(LibraryName("shop"), "typescript", "brew tea", environment)
    assert found is not None
    assert (found.name, found.version, found.source) == ("shop", "3.4.5", "node_modules/shop/dist/index.d.ts")
    assert "function buy(what: string): Promise<Tea>" in found.text
    assert "brew(minutes: number): void;" in found.text
    assert 'buy("tea")' in found.text
    assert "password" not in found.text


def test_declarations_of_an_untyped_package_come_from_its_types_package(tmp_path: Path) -> None:
    write(tmp_path, PACKAGE)
    environment = Environment(project_dir=tmp_path)
    found = describe_installed(LibraryName("untyped"), "javascript", "x", environment)
    assert found is not None
    assert found.version == "1.0.0"
    assert "function old(): void" in found.text


def test_declarations_lie_where_the_manifest_puts_them_for_a_current_compiler(tmp_path: Path) -> None:
    versions = {"<=4.0": {"*": ["old/*"]}, ">=4.2": {"*": ["new/*"]}}
    manifest = json.dumps({"version": "1.0.0", "types": "./index.d.ts", "typesVersions": versions})
    texts = {"old/": "export declare function before(): void;", "new/": "export declare function now(): void;"}
    files = {f"node_modules/x/{folder}index.d.ts": text for folder, text in texts.items()}
    write(tmp_path, {**files, "node_modules/x/package.json": manifest})
    found = describe_installed(LibraryName("x"), "typescript", "now", Environment(project_dir=tmp_path))
    assert found is not None
    assert "now(): void" in found.text
    assert "before(): void" not in found.text


@pytest.mark.parametrize("name", ["../..", "@x/../..", "nothing", "a/b/c", "."])
def test_a_name_never_leads_out_of_node_modules(tmp_path: Path, name: str) -> None:
    write(tmp_path, {**PACKAGE, "package.json": "{}"})
    assert describe_installed(LibraryName(name), "javascript", "x", Environment(project_dir=tmp_path)) is None
