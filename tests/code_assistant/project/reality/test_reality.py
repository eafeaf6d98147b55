"""Generated code held against packages: small real ones written for the case, and those of this interpreter."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from code_assistant.project.packages.environment import Environment, read_environment
from code_assistant.project.reality import judge as reality
from code_assistant.project.reality.judge import check_reality
from code_assistant.result import AnswerFinding, GeneratedFile

HERE = read_environment(Path(sys.prefix))
"""The packages that run this test."""
NOTHING = Environment()


def python(code: str, path: str = "app.py") -> GeneratedFile:
    return GeneratedFile(path=path, language="python", role="source", content=code)


def script(code: str, path: str = "app.ts") -> GeneratedFile:
    return GeneratedFile(path=path, language="typescript", role="source", content=code)


def environment(root: Path, files: dict[str, str]) -> Environment:
    site = root / "venv" / "lib" / "python3.12" / "site-packages"
    for name, text in {**files, "../../../pyvenv.cfg": "home = /usr/bin\nversion = 3.12.0\n"}.items():
        path = site / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return read_environment(root / "venv")


def told(code: str, env: Environment, *libraries: str, about: str = "") -> list[str]:
    return [shown(finding) for finding in check_reality([python(code)], libraries, env, about=about).findings]


def shown(finding: AnswerFinding) -> str:
    words = finding.message.split("`")
    kind = finding.rule.removeprefix("reality-unknown-")
    return f"{finding.line} {kind} {words[3 if kind == 'name' else 1]}"


@pytest.mark.parametrize(
    ("code", "libraries", "expected"),
    [
        ("import fastapi_magic", ["fastapi"], ["1 module fastapi_magic"]),
        ("import os, numpyy.linalg", [], ["1 module numpyy"]),
        ("from reqeusts import get\nimport reqeusts", ["requests"], ["1 module reqeusts"]),
        ("import json, distutils, tomllib, __future__", [], []),
        ("import yaml, cv2, PIL.Image, bs4, sklearn", ["pyyaml", "opencv-python", "Pillow", "beautifulsoup4"], []),
        ("import foo_bar, dotted, ours", ["foo-bar", "py-dotted", "ours==1.2"], []),
        ("import rest_framework", ["djangorestframework"], []),
        ("from google.cloud import storage", ["google-cloud-storage"], []),
        ("import requests, starlette, typing_extensions, numpy", [], []),
        ("try:\n    import nowhere\nexcept ImportError:\n    nowhere = None", [], []),
        ("try:\n    import tomllib\nexcept ImportError:\n    import tomlold as tomllib", [], []),
        ("from . import own\nfrom .x import y", [], []),
        ("import broken(", [], []),
    ],
)
def test_without_an_environment_only_what_nobody_knows_is_a_warning(
    code: str, libraries: list[str], expected: list[str]
) -> None:
    assert told(code, NOTHING, *libraries) == expected


def test_a_package_that_the_request_names_is_asked_for() -> None:
    assert told("import obscurelib", NOTHING, about="Use obscurelib, please") == []


def test_the_answers_own_files_and_the_projects_are_local(tmp_path: Path) -> None:
    (tmp_path / "src" / "billing").mkdir(parents=True)
    (tmp_path / "src" / "billing" / "__init__.py").touch()
    (tmp_path / "helpers.py").touch()
    files = [python("import shop.cart, models, billing, helpers, elsewhere"), python("", "src/shop/cart.py")]
    files.append(python("", "models.py"))
    found = check_reality(files, [], Environment(project_dir=tmp_path)).findings
    assert [shown(finding) for finding in found] == ["1 module elsewhere"]


def test_with_an_environment_a_package_that_is_not_in_it_is_a_warning() -> None:
    found = check_reality([python("import pandas, yaml, pydantic")], [], HERE).findings
    assert [(finding.severity, shown(finding)) for finding in found] == [("warning", "1 module pandas")]
    assert told("import pandas", HERE, "pandas") == []


def test_an_environment_with_an_unreadable_hook_is_not_taken_as_all_there_is(tmp_path: Path) -> None:
    env = environment(tmp_path, {"_editable_x.pth": "import _x_editable_loader\n"})
    assert told("import pandas", env) == []
    assert told("import pandaz", env) == ["1 module pandaz"]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (
            "from anyio import fail_aftr",
            "`anyio` has no `fail_aftr` in the installed version; the nearest is `fail_after`",
        ),
        ("import yaml\nyaml.safe_lod('x')", "the nearest is `safe_load`"),
        ("import anyio.lowlvl", "`anyio` has no `lowlvl` in the installed version; the nearest is `lowlevel`"),
        ("from starlette.aplications import Starlette", "the nearest is `applications`"),
        ("import uvicorn\nuvicorn.run('x', hots='y')", "uvicorn.run has no argument `hots` in the installed version"),
        ("from rich.console import Console as C\nC(colour=1)", "C has no argument `colour`"),
        (
            "import anyio as a\nasync def f():\n    with a.fail_after(1, sheild=True): ...",
            "a.fail_after has no argument `sheild`",
        ),
        ("import rich.table\nt = rich.table.Table()\nt.add_row('x', stile='b')", "the nearest is `style`"),
        ("from agents import Agent\nAgent(name='x', instuctions='y')", "the nearest is `instructions`"),
    ],
)
def test_what_an_installed_package_does_not_have_is_an_error_with_the_nearest_name(code: str, expected: str) -> None:
    (finding,) = check_reality([python(code)], [], HERE).findings
    assert expected in finding.message
    assert finding.severity == "error"


@pytest.mark.parametrize(
    "code",
    [
        "import yaml\ndef f(yaml):\n    yaml.nothing",
        "import yaml\nyaml.mine = 1\nprint(yaml.mine)",
        "import yaml\nif hasattr(yaml, 'mine'):\n    yaml.mine()",
        "import yaml\nvalue = getattr(yaml, 'mine', None) or yaml.mine",
        "import yaml\ntry:\n    yaml.mine()\nexcept AttributeError:\n    pass",
        "import pytest, yaml\nwith pytest.raises(AttributeError):\n    yaml.mine()",
        "import yaml\nif yaml.__version__ < '3':\n    yaml.mine()",
        "try:\n    from yaml import Mine\nexcept ImportError:\n    Mine = None",
        "from pydantic import BaseModel\nclass A(BaseModel):\n    x: int\nA(y=1)",
        "from pydantic import BaseModel, Field\nBaseModel(anything=1)\nField(default=1, anything=2)",
        "import jwt\njwt.encode({}, 'k', algorithm='HS256')",
        "import requests\nrequests.get('x', timeout=3)",
        "import click\n@click.option('--x', anything=True)\ndef f(): ...",
        "import typing_extensions\ntyping_extensions.NotThere",
        "import rich\nrich.print('x')\nfrom rich import *",
        "import attr\nattr.s(auto_attribs=True)\nattr.ib(default=1)",
    ],
)
def test_what_cannot_be_decided_is_not_judged(code: str) -> None:
    assert check_reality([python(code)], ["requests"], HERE).findings == ()


SHAPES = """
import functools, enum, typing, abc
from dataclasses import dataclass, field
from other import foreign, Meta, Unknown

def plain(a, /, b, *, c=1): ...
def open_ended(a, **kw): ...
@foreign
def decorated(a): ...
@functools.lru_cache(maxsize=1)
def cached(a): ...
@typing.overload
def both(a: int) -> int: ...
@typing.overload
def both(b: str) -> str: ...
def both(*args): ...
if foreign:
    def either(a): ...
else:
    def either(b): ...
class Base:
    def __init__(self, x): ...
    def go(self, far): ...
class Child(Base): ...
class Abstract(abc.ABC):
    def __init__(self, y): ...
@dataclass(frozen=True)
class Data:
    m: int
    n: int = field(default=1, init=False)
@dataclass
class More(Data):
    o: int = 2
class Colour(enum.Enum):
    RED = 1
class Odd(metaclass=Meta):
    def __init__(self, x): ...
class Of(Unknown):
    def __init__(self, x): ...
class Failure(RuntimeError): ...
class New:
    def __new__(cls, x): ...
class Pair(typing.NamedTuple):
    left: int
@dataclass(init=False)
class ByHand:
    m: int
    def __init__(self, x): ...
replaced = foreign(plain)
renamed = plain
tool = Base(1)
shortcut = tool.go
maker = foreign(1)
twice = plain
twice = foreign
"""


@pytest.fixture(scope="module")
def shapes(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """One environment for all calls: each has a ty of its own."""
    return environment(tmp_path_factory.mktemp("shapes"), {"shapes.py": SHAPES})


@pytest.mark.parametrize(
    ("call", "is_told"),
    [
        ("plain(1, b=2, c=3)", False),
        ("plain(a=1)", True),
        ("plain(1, 2, d=3)", True),
        ("plain(*args, **options)", False),
        ("open_ended(1, d=3)", False),
        ("decorated(z=1)", False),
        ("cached(z=1)", False),
        ("both(a=1)", False),
        ("both(b=1)", False),
        ("both(z=1)", True),
        ("either(z=1)", True),
        ("Child(x=1)", False),
        ("Child(z=1)", True),
        ("Child.go(far=1)", False),
        ("Child(1).go(z=1)", True),
        ("Abstract(z=1)", True),
        ("Data(m=1)", False),
        ("Data(z=1)", True),
        ("More(m=1, o=2)", False),
        ("More(z=1)", True),
        ("Colour(z=1)", False),
        ("Odd(z=1)", True),
        ("Of(z=1)", True),
        ("Failure(z=1)", True),
        ("New(z=1)", True),
        ("Pair(left=1)", False),
        ("replaced(z=1)", False),
        ("ByHand(x=1)", False),
        ("ByHand(m=1)", True),
        ("renamed(1, b=2)", False),
        ("renamed(1, z=2)", True),
        ("tool.go(far=1)", False),
        ("tool.go(z=1)", True),
        ("tool.missing(z=1)", True),
        ("shortcut(z=1)", True),
        ("maker.go(z=1)", False),
        ("twice(z=1)", False),
    ],
)
def test_keywords_are_judged_only_where_the_signature_is_certain(shapes: Environment, call: str, is_told: bool) -> None:
    assert bool(told(f"import shapes\nshapes.{call}", shapes)) is is_told


def test_a_method_of_an_object_that_was_made_once_is_judged(shapes: Environment) -> None:
    assert told("from shapes import Child\nc = Child(1)\nc.go(z=1)\nc.other(z=1)", shapes) != []
    assert told("from shapes import Child\nc = Child(1)\nc = unknown()\nc.go(z=1)", shapes) == []


@pytest.mark.parametrize(
    ("module", "is_told"),
    [
        ("x = 1", True),
        ("def __getattr__(name): return load(name)", False),
        ("def __getattr__(name):\n    if name == 'old':\n        return 1\n    raise AttributeError(name)", True),
        ("from elsewhere import *", False),
        ("from ._native import *", False),
        ("from .plain import *", True),
        ("globals().update(x=1)", False),
        ("print(globals()['x'])", True),
        ("for n in 'ab': exec(f'{n} = 1')", False),
        ("import sys\nsys.modules[__name__] = object()", False),
        ("__getattr__, __dir__, __all__ = attach(__name__, ['x'])", False),
        ("import lazy_loader\nlazy_loader.attach_stub(__name__, __file__)", False),
        ("locals()['x'] = 1", False),
        ("names = locals()\nfor n in ['x']: names[n].__module__ = 'pack'", True),
        ("names = locals()\nnames.update(x=1)", False),
        ("names = globals()\nfill(names)", False),
        ("SOME = ['a']\nnames = locals()\nfor n in SOME: names[n] = 1", False),
        ("SOME = ['wanted']\nnames = locals()\nfor n in SOME: names[n] = 1", False),
        ("SOME = some()\nnames = locals()\nfor n in SOME: names[n] = 1", False),
        ("def __dir__(): return sorted(set(globals()))", True),
        (
            "A = ('a',)\ndef __getattr__(name):\n    if name in A:\n        globals()[name] = 1\n        return 1\n"
            "    elif name == 'b':\n        return 2\n    raise AttributeError(name)",
            False,
        ),
        ("A = ('wanted',)\ndef __getattr__(name):\n    if name in A: return 1\n    raise AttributeError(name)", False),
        ("A = some()\ndef __getattr__(name):\n    if name in A: return 1\n    raise AttributeError(name)", False),
        ("from .dynamic import *", False),
        ("__all__ = ['wanted']", False),
        ("def f():\n    global wanted\n    wanted = 1", False),
        ("if (wanted := 1): pass", False),
        ("for wanted in []: pass", False),
        ("with open('x') as wanted: pass", False),
        ("try: pass\nexcept E as wanted: pass", False),
        ("match 1:\n    case {'a': wanted, **rest}: pass", False),
        ("[a, *wanted] = [1]", False),
        ("def broken(", False),
        ("", True),
    ],
)
def test_a_module_that_makes_names_at_run_time_is_left_alone(tmp_path: Path, module: str, is_told: bool) -> None:
    files = {
        "pack/__init__.py": module,
        "pack/plain.py": "y = 1",
        "pack/dynamic.py": "__all__ = ['z']\nexec(z)",
        "pack/_native.cpython-312-x86_64-linux-gnu.so": "",
    }
    assert bool(told("from pack import wanted", environment(tmp_path, files))) is is_told


def test_compiled_modules_are_not_judged_and_namespaces_by_what_they_hold(tmp_path: Path) -> None:
    files = {"space/one/__init__.py": "", "fast.cpython-312-x86_64-linux-gnu.so": "", "old.pyc": ""}
    env = environment(tmp_path, files)
    assert told("import space.two, fast, old\nfrom fast import x\nfrom space import y\nold.z", env) == [
        "1 name two",
        "3 name y",
    ]
    assert told("from space.one import y", env) == ["1 name y"]


def test_another_version_than_the_installed_one_is_not_held_against_it(tmp_path: Path) -> None:
    env = environment(tmp_path, {"pack/__init__.py": "", "pack-2.0.dist-info/METADATA": "Name: pack\nVersion: 2.0\n"})
    assert told("from pack import new", env, "pack==3") == []
    assert told("from pack import new", env, "pack>=1") == ["1 name new"]


def test_odd_text_and_half_removed_packages_do_no_harm(tmp_path: Path) -> None:
    env = environment(tmp_path, {"pack/__init__.py": "", "pack-2.0.dist-info/RECORD": ""})
    odd = "import pack\nx = '\ud800'\x00"
    files = [python(odd), script(f"import a from './a'\n{odd}"), script("<p>\ud800</p>", "a.tsx"), script("", "b.jsx")]
    assert check_reality(files, ["pack==1"], env).not_judged == ()
    assert told("from pack import x", env, "pack==1") == []


@pytest.mark.parametrize(
    ("odd", "why"),
    [
        (f"import yaml\nx = {' + '.join(['a'] * 3_000)}", "it is nested too deeply"),
        (f"import yaml\n# {'x' * 200_000}", "it has more than 200,000 characters"),
    ],
    ids=["nested", "long"],
)
def test_a_file_that_cannot_be_judged_costs_only_itself_and_is_named(odd: str, why: str) -> None:
    wrong = "import yaml\nyaml.safe_lod('x')"
    report = check_reality([python(wrong), python(odd, "odd.py"), python(wrong, "last.py")], [], HERE)
    assert [finding.file for finding in report.findings] == ["app.py", "last.py"]
    assert report.not_judged == (f"odd.py: not held against the installed packages: {why}",)


def test_a_file_for_which_no_time_is_left_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reality, "TIMEOUT_S", -1.0)
    report = check_reality([python("import yaml\nyaml.safe_lod('x')"), script('import x from "made-up"')], [], HERE)
    assert report.findings == ()
    why = "not held against the installed packages: the time for reading packages is used up"
    assert set(report.not_judged) == {f"app.py: {why}", f"app.ts: {why}"}


def test_names_that_loop_end_undecided(tmp_path: Path) -> None:
    env = environment(
        tmp_path, {"a.py": "from b import x\nfrom b import *", "b.py": "from a import x\nfrom a import *"}
    )
    assert told("from a import x, y\nx(z=1)", env) == []
