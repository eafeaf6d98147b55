"""What an installed package says is deprecated, in the forms that packages have for it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from code_assistant.project.packages.environment import Environment, read_environment
from code_assistant.project.reality.judge import check_reality
from code_assistant.result import AnswerFinding, GeneratedFile

KIT = '''
import warnings
from typing_extensions import deprecated
from .old import moved, kept
class Kept:
    @deprecated("use stay")
    def gone(self): ...
def noted():
    """Do it.

    .. deprecated:: 1.2
       Use :func:`new_one` instead.
    """
def warned():
    warnings.warn("warned goes; use new_two", DeprecationWarning, stacklevel=2)
class Old:
    def __init__(self):
        warnings.warn(f"{type(self)} goes; use New", category=FutureWarning)
def with_parameter(x=None):
    """Do it.

    Parameters
    ----------
    x : int
        .. deprecated:: 1.2
    """
    if x is not None:
        warnings.warn("x goes", DeprecationWarning)
'''
OLD = 'from deprecated import deprecated\n@deprecated(version="2", reason="use kept")\ndef moved(): ...\n'
OLD += "def kept(): ...\n"


def findings(language: str, code: str, environment: Environment) -> list[AnswerFinding]:
    file = GeneratedFile(path=f"app.{language[:2]}", language=language, role="source", content=code)
    return list(check_reality([file], [], environment).findings)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (
            "import kit\nkit.noted()\n",
            ["`kit.noted` is deprecated in the installed version: 1.2 Use `new_one` instead."],
        ),
        ("from kit import warned\n", ["`kit.warned` is deprecated in the installed version: warned goes; use new_two"]),
        ("import kit as k\nk.Old()\n", ["`kit.Old` is deprecated in the installed version: goes; use New"]),
        ("from kit import moved\n", ["`kit.moved` is deprecated in the installed version: use kept"]),
        (
            "from kit import Kept\nKept().gone()\n",
            ["The function `gone` is deprecated in the installed version: use stay"],
        ),
        ("import kit\nfrom kit import kept\nkit.with_parameter()\n", []),
        ("import kit\ntry:\n    kit.warned()\nexcept AttributeError:\n    pass\n", []),
    ],
)
def test_python_names_are_deprecated_as_their_package_says(tmp_path: Path, code: str, told: list[str]) -> None:
    site = tmp_path / "lib/python3.12/site-packages/kit"
    site.mkdir(parents=True)
    (site / "__init__.py").write_text(KIT, encoding="utf-8")
    (site / "old.py").write_text(OLD, encoding="utf-8")
    (tmp_path / "pyvenv.cfg").write_text("home = /usr/bin\nversion = 3.12.0\n", encoding="utf-8")
    found = findings("python", code, read_environment(tmp_path))
    assert [finding.message for finding in found] == told
    assert {finding.severity for finding in found} <= {"warning"}


DECLARED = """
export { inner } from './inner'
/**
 * Does it.
 * @deprecated use {@link fresh} instead
 * @param x what
 */
export declare function stale(x: string): void;
/** @deprecated with a number */
export declare function mixed(x: number): void;
export declare function mixed(x: string): void;
export declare function fresh(): void;
"""


@pytest.mark.parametrize(
    ("name", "told"),
    [("stale", ": use `fresh` instead"), ("inner", ""), ("mixed", None), ("fresh", None)],
)
def test_typescript_names_are_deprecated_where_each_declaration_says_so(
    tmp_path: Path, name: str, told: str | None
) -> None:
    package = tmp_path / "node_modules/kit"
    package.mkdir(parents=True)
    manifest = {"name": "kit", "version": "2.0.0", "types": "index.d.ts"}
    (package / "package.json").write_text(json.dumps(manifest), encoding="utf-8")
    (package / "index.d.ts").write_text(DECLARED, encoding="utf-8")
    (package / "inner.d.ts").write_text("/** @deprecated */\nexport interface inner {}\n", encoding="utf-8")
    found = findings("typescript", f"import {{ {name} }} from 'kit'\n", Environment(project_dir=tmp_path))
    text = f"`{name}` of `kit` is deprecated in the installed version 2.0.0{told}"
    assert [finding.message for finding in found] == ([text] if told is not None else [])
