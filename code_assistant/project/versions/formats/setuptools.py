"""setup.cfg (https://setuptools.pypa.io/en/latest/userguide/declarative_config.html), and what setup.py says as text.

A setup.py is a program: only the lists that are written out in its call of `setup` are read, and nothing is run.
"""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Iterator
from configparser import ConfigParser, Error

from code_assistant.project.versions.files import VersionFiles
from code_assistant.project.versions.formats import requirements
from code_assistant.project.versions.found import FoundVersions
from code_assistant.project.versions.markers import project_python
from groundwork.python_parser import parse_python

_KEYS = ("install_requires", "tests_require", "setup_requires")
_EXTRAS = ("options.extras_require",)


def read_config(files: VersionFiles, name: str) -> Iterator[FoundVersions]:
    """The wishes of a setup.cfg, one a line."""
    parser = ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(files.read(name) or "")
    except Error as error:
        raise ValueError(str(error)) from error
    python = project_python(files, posixpath.dirname(name))
    options = parser["options"] if parser.has_section("options") else {}
    wishes = [options.get(key, "") for key in _KEYS]
    wishes += [text for section in _EXTRAS if parser.has_section(section) for text in parser[section].values()]
    for line in "\n".join(wishes).replace(";\n", "\n").splitlines():
        yield from requirements.read_requirement(line.partition(" #")[0].strip(), python)


def read_script(files: VersionFiles, name: str) -> Iterator[FoundVersions]:
    """The wishes that stand in a setup.py as text; others are told to be unread."""
    text = files.read(name)
    if text is None:
        return
    try:
        tree = parse_python(text)
    except (SyntaxError, RecursionError, MemoryError) as error:
        raise ValueError("it is not Python") from error
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    given = [word for call in calls for word in call.keywords if word.arg in (*_KEYS, "extras_require")]
    python = project_python(files, posixpath.dirname(name))
    if any(not isinstance(word.value, ast.List | ast.Tuple | ast.Dict) for word in given):
        files.unread.append(f"{name}: computes what it requires, and is not run")
    for word in given:
        for node in ast.walk(word.value) if isinstance(word.value, ast.List | ast.Tuple | ast.Dict) else ():
            for item in node.elts if isinstance(node, ast.List | ast.Tuple) else ():
                if isinstance(item, ast.Constant) and isinstance(item.value, str):
                    yield from requirements.read_requirement(item.value, python)
