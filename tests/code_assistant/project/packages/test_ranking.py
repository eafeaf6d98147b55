"""What of a package is shown for a request: made-up packages laid out as well-known ones are."""

from __future__ import annotations

from pathlib import Path

import pytest

from code_assistant.project.libraries import LibraryName
from code_assistant.project.packages.environment import read_environment
from code_assistant.project.packages.modules import Deadline, find_packages
from code_assistant.project.packages.python import python_documentation
from code_assistant.project.packages.ranking import stem


def shown(root: Path, files: dict[str, str], query: str, max_chars: int = 1_500) -> str:
    """The interface of a package `p` for a request."""
    site = root / "lib" / "python3.12" / "site-packages"
    more = {"p-1.0.dist-info/METADATA": "Name: p\nVersion: 1.0\n", "p-1.0.dist-info/top_level.txt": "p\n"}
    for name, text in {**files, **more, "../../../pyvenv.cfg": "version = 3.12.0\n"}.items():
        path = site / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    found = python_documentation(
        LibraryName("p"), query, find_packages(read_environment(root)), Deadline.after(60), max_chars
    )
    assert found is not None
    return found.text


def functions(count: int, told: str) -> str:
    return "".join(f"def item{number}(value):\n    '''{told}'''\n" for number in range(count))


def test_a_function_of_a_subpackage_that_a_private_module_defines_is_found_by_what_it_does(tmp_path: Path) -> None:
    files = {
        "p/__init__.py": "from . import linalg\nfrom ._core import *\n",
        "p/_core.py": functions(200, "Return an array of numbers."),
        "p/linalg/__init__.py": "from ._linalg import *\n",
        "p/linalg/_linalg.py": f"def inv(a):\n    '''Compute the inverse.'''\n{functions(40, 'Decompose it.')}",
        "p/distutils/command/develop.py": "class develop:\n    '''Invert a matrix.'''\n",
        "p/tests/test_matrix.py": "def test_invert_matrix():\n    '''Invert a matrix.'''\n",
    }
    text = shown(tmp_path, files, "invert a matrix")
    assert "### `p.linalg`\n- `inv(a)`: Compute the inverse." in text
    assert "develop" not in text
    assert "test_invert" not in text


def test_a_method_that_a_base_of_a_base_has_is_shown_with_its_signature(tmp_path: Path) -> None:
    methods = "".join(f"    def other{number}(self): ...\n" for number in range(80))
    signature = "def set(self, name, value, ex=None, px=None): '''Set the value at key.'''"
    files = {
        "p/__init__.py": "from p.client import Store, StoreError\n",
        "p/client.py": "from .commands import Commands\nclass Store(Commands):\n    def __init__(self, host): ...\n"
        f"{methods}class StoreError(Exception):\n    '''A key was not set.'''\n",
        "p/commands/__init__.py": "from .core import Commands\n",
        "p/commands/core.py": f"class Keys:\n{methods}    {signature}\n    def expire(self, name, time): ...\n"
        "class Data(Keys): ...\nclass Commands(Data): ...\n",
    }
    text = shown(tmp_path, files, "set a key with expiry")
    assert "class Store(host)" in text
    assert ".set(name, value, ex=None, px=None)`: Set the value at key." in text
    assert ".expire(name, time)" in text
    assert ".other4(" not in text  # some of what has nothing to do with it are enough


def test_what_a_package_exports_at_its_top_comes_before_what_lies_deep(tmp_path: Path) -> None:
    deep = "".join(f"class Task{number}:\n    '''A task to retry.'''\n" for number in range(60))
    files = {
        "p/__init__.py": "STATIC = False\nif STATIC:\n    from p.app import App, shared_task\n"
        "import sys\nsys.modules[__name__] = object()\n",
        "p/app/__init__.py": "from .base import App\ndef shared_task(*args, **kwargs):\n    '''Create a task.'''\n",
        "p/app/base.py": "class App:\n    def task(self, *args, **opts):\n        '''Make a task.'''\n",
        "p/contrib/deep/backend.py": deep,
    }
    text = shown(tmp_path, files, "define a task with retry")
    assert "shared_task(*args, **kwargs)`: Create a task." in text
    assert ".task(*args, **opts)`: Make a task." in text


def test_reading_ends_with_its_time_and_keeps_what_was_read(tmp_path: Path) -> None:
    packages = find_packages(read_environment(tmp_path))
    shown(tmp_path, {"p/__init__.py": "def first(): ..."}, "first")
    packages = find_packages(read_environment(tmp_path))
    found = python_documentation(LibraryName("p"), "first", packages, Deadline.after(-1), 1_000)
    assert found is not None
    assert "first" not in found.text


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("invert", "inverse"),
        ("matrix", "matrices"),
        ("retry", "retries"),
        ("expiry", "expire"),
        ("expires", "expiration"),
        ("parsing", "parser"),
        ("keys", "key"),
        ("encrypt", "encryption"),
    ],
)
def test_forms_of_a_word_have_one_stem(word: str, other: str) -> None:
    assert stem(word) == stem(other)


@pytest.mark.parametrize(("word", "other"), [("content", "contact"), ("set", "get"), ("post", "host")])
def test_other_words_have_other_stems(word: str, other: str) -> None:
    assert stem(word) != stem(other)
