"""Packages that change themselves while they run are left alone: small real ones, one for each way to do it."""

from __future__ import annotations

from pathlib import Path

import pytest

from code_assistant.project.packages.environment import read_environment
from code_assistant.project.reality.judge import check_reality
from code_assistant.result import GeneratedFile


def told(root: Path, files: dict[str, str], code: str) -> list[str]:
    """What is said of code against an environment with these files in it."""
    site = root / "lib" / "python3.12" / "site-packages"
    for name, text in {**files, "../../../pyvenv.cfg": "home = /usr/bin\nversion = 3.12.0\n"}.items():
        path = site / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    file = GeneratedFile(path="app.py", language="python", role="source", content=code)
    report = check_reality([file], [], read_environment(root))
    assert report.not_judged == ()
    return [finding.message for finding in report.findings]


@pytest.mark.parametrize(
    "files",
    [
        {"p/__init__.py": "from . import sub", "p/sub.py": "import p\np.extra = 1"},
        {"p/__init__.py": "from . import sub", "p/sub.py": "import sys\nsetattr(sys.modules['p'], 'extra', 1)"},
        {"p/__init__.py": "from . import sub", "p/sub.py": "import sys\nm = sys.modules['p']\nm.extra: int = 2"},
        {"p/__init__.py": "from . import sub", "p/sub.py": "import p\nfor n in 'ab':\n    setattr(p, n, 1)"},
        {"p/__init__.py": "from . import sub", "p/sub.py": "import sys\nm = sys.modules['p']\nsetattr(m, f'{1}', 1)"},
        {"p/__init__.py": "from . import sub", "p/sub.py": "import p\np.__dict__.update(extra=1)"},
        {"p/__init__.py": "from . import sub", "p/sub.py": "import p\nvars(p)['extra'] = 1"},
        {"p/__init__.py": "from .x import put\nput()", "p/x.py": "import sys\nsys._getframe(1).f_globals['extra'] = 1"},
        {"p/__init__.py": "import sys\nsys.modules[__name__ + '.extra'] = sys"},
        {"p/__init__.py": "", "p/__init__.pyi": "extra: int"},
        {"p/__init__.py": "", "p/__init__.pyi": "from p.other import *"},
        {"p/__init__.py": "import enum\n@enum.global_enum\nclass C(enum.Enum):\n    extra = 1"},
        {"p/__init__.py": "from enum import IntEnum\nIntEnum._convert_('C', __name__, lambda name: True)"},
        {"p/__init__.py": "__import__('pkg_resources').declare_namespace(__name__)"},
    ],
)
def test_a_name_that_a_package_may_set_on_itself_is_not_missed(tmp_path: Path, files: dict[str, str]) -> None:
    assert told(tmp_path, files, "from p import extra") == []


def test_what_an_init_sets_on_its_submodule_is_not_missed_there(tmp_path: Path) -> None:
    files = {"p/__init__.py": "from . import sub\nsub.extra = 1", "p/sub.py": "x = 1"}
    assert told(tmp_path, files, "from p.sub import extra") == []
    assert len(told(tmp_path, files, "from p.sub import other")) == 1


@pytest.mark.parametrize(
    "elsewhere",
    ["class C:\n    def f(self):\n        self.extra = 1", "x = dict(extra=1)", "assert q.extra == 1", "extra = 1"],
)
def test_an_attribute_of_something_else_proves_nothing(tmp_path: Path, elsewhere: str) -> None:
    assert len(told(tmp_path, {"p/__init__.py": "", "p/sub.py": elsewhere}, "from p import extra")) == 1


@pytest.mark.parametrize(
    "code",
    [
        "x = p.new() if p.__version__ > '2' else None",
        "x = p.VERSION > 2 and p.new()",
        "def f():\n    if p.VERSION < 2:\n        return None\n    return p.new()",
        "@skipif(p.VERSION < 2)\ndef f():\n    p.new()",
        "with mock.patch('p.new', create=True):\n    p.new()",
        "monkeypatch.setattr(p, 'new', 1, raising=False)\np.new()",
    ],
)
def test_code_that_asks_for_the_version_first_may_use_what_is_not_there(tmp_path: Path, code: str) -> None:
    files = {"p/__init__.py": "VERSION = 1"}
    assert told(tmp_path, files, f"import p\n{code}") == []
    assert len(told(tmp_path, files, f"import p\n{code}\ndef g():\n    p.old()")) == 1
