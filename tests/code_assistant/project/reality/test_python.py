"""Inventions in generated Python: against small packages written for the case, and this interpreter's library."""

from __future__ import annotations

from pathlib import Path

import pytest

from code_assistant.project.packages.environment import Environment, find_environment, read_environment
from code_assistant.project.reality.judge import check_reality
from code_assistant.result import GeneratedFile
from code_assistant.settings import Settings

PARCEL = """
import typing, warnings
from typing_extensions import deprecated
class Client:
    def __enter__(self) -> "Client": return self
    def __exit__(self, *args): ...
    async def __aenter__(self) -> "Client": return self
    async def __aexit__(self, *args): ...
    def send(self, what: str, *, weight: int = 1) -> None: ...
    @property
    def depot(self) -> "Client": return self
@typing.overload
def pack(what: str, *, tight: bool = ...) -> str: ...
@typing.overload
def pack(what: bytes, *, loose: bool = ...) -> bytes: ...
def pack(what, **options): return what
@deprecated("use pack instead")
def wrap(what: str) -> str: return what
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """One for all tests: each has a ty of its own."""
    root = tmp_path_factory.mktemp("environment")
    site = root / "lib" / "python3.12" / "site-packages"
    files = {
        "parcel/__init__.py": PARCEL,
        "parcel/lazy.py": "def __getattr__(name):\n    if name == 'old':\n        return 1\n    raise AttributeError",
        "depot/north/__init__.py": "",
        "typing_extensions.py": "from typing import Any\ndef deprecated(text: str) -> Any: ...\n",
    }
    for name, text in files.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(text, encoding="utf-8")
    (root / "pyvenv.cfg").write_text("home = /usr/bin\nversion = 3.12.0\n", encoding="utf-8")
    return read_environment(root)


def told(code: str, environment: Environment, *others: GeneratedFile) -> list[tuple[str, str]]:
    file = GeneratedFile(path="app.py", language="python", role="source", content=code)
    report = check_reality([file, *others], [], environment)
    assert report.not_judged == ()
    return [(finding.severity, finding.message) for finding in report.findings]


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("from parcel import Client\nwith Client() as c:\n    c.send('x', wieght=2)", "wieght"),
        (
            "from parcel import Client\nasync def f():\n    async with Client() as c:\n        c.send('x', wieght=2)",
            "wieght",
        ),
        ("import parcel\ndef f(c: parcel.Client):\n    c.sned('x')", "sned"),
        ("import parcel\nclass A:\n    def __init__(self):\n        self.c = parcel.Client()\n"
         "    def f(self):\n        self.c.depot.sned('x')", "sned"),
        ("import parcel\nparcel.pack('x', tigth=True)", "tigth"),
        ("from parcel.courier import Van", "courier"),
        ("from parcel.lazy import older", "older"),
        ("import parcel.lazy as l\nl.older()", "older"),
        ("from depot import south", "south"),
        ("import depot.south.docks", "south"),
        ("from pathlib import PathLibrary", "PathLibrary"),
        ("import math\nmath.sqroot(2)", "sqroot"),
        ("from dataclasses import dataclass\n@dataclass\nclass A:\n    x: int\nA(y=1)", "y"),
        ("import importlib\nimportlib.import_module('parcel.courier')", "courier"),
        ("m = __import__('parcels_pro')", "parcels_pro"),
    ],
)  # fmt: skip
def test_an_invention_is_told_by_its_name(environment: Environment, code: str, name: str) -> None:
    ((_, message),) = told(code, environment)
    assert f"`{name}`" in message


@pytest.mark.parametrize(
    "code",
    [
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from stubs_only import X",
        "import contextlib\nwith contextlib.suppress(ImportError):\n    import fast_parcel",
        "import sys\nif sys.platform == 'win32':\n    import winreg, msvcrt\nelse:\n    import fcntl",
        "import sys\nif sys.version_info < (3, 11):\n    import tomli\nelse:\n    import tomllib",
        "from parcel import *\nimport parcel\nparcel.pack('x', tight=True)\nparcel.pack(b'x', loose=True)",
        "import parcel\nif 'extra' in dir(parcel):\n    parcel.extra()",
        "from parcel.lazy import old",
        "from depot import north",
    ],
)
def test_what_is_there_or_guarded_or_only_newer_is_no_invention(environment: Environment, code: str) -> None:
    assert told(code, environment) == []


@pytest.mark.parametrize(
    ("files", "version"),
    [
        ({".python-version": "3.10.4\n"}, "3.10"),
        ({"pyproject.toml": '[project]\nname = "shop"\nrequires-python = ">=3.9"\n'}, "3.9"),
        (
            {".venv/pyvenv.cfg": "home = /usr/bin\nversion = 3.8.1\n", ".venv/lib/python3.8/site-packages/x.py": ""},
            "3.8",
        ),
    ],
)
def test_what_is_newer_than_the_projects_python_is_a_warning(
    tmp_path: Path, files: dict[str, str], version: str
) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    environment = find_environment(Settings(project_dir=str(tmp_path), environ={}))
    why = f"is not in Python {version}, which the project's code has to run on"
    code = "import tomllib\nfrom datetime import UTC\ntry:\n    import annotationlib\nexcept ImportError:\n    pass\n"
    assert told(code, environment) == [("warning", f"`{name}` {why}") for name in ("tomllib", "datetime.UTC")]


def test_the_answers_own_modules_are_read_together(environment: Environment) -> None:
    models = GeneratedFile(
        path="shop/models.py",
        language="python",
        role="source",
        content="from dataclasses import dataclass\n@dataclass\nclass Order:\n    total: int\n",
    )
    ((_, message),) = told("from shop.models import Order\nOrder(totl=1)", environment, models)
    assert "`totl`" in message


def test_a_namespace_of_which_a_part_was_asked_for_is_not_doubted(environment: Environment) -> None:
    file = GeneratedFile(path="a.py", language="python", role="source", content="from depot import south")
    assert check_reality([file], ["depot-south"], environment).findings == ()
