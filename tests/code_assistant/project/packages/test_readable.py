"""What of a package's README, its classes and its declarations reaches the model, and in which form."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import pytest

from code_assistant.documentation.installed import describe_installed
from code_assistant.project.libraries import LibraryName
from code_assistant.project.packages.document import without_badges
from code_assistant.project.packages.environment import Environment, read_environment

HERE = read_environment(Path(sys.prefix))

MODELS = """
from dataclasses import dataclass, field
from functools import cached_property as memo
from ._own import my_cached_property, Field

@dataclass
class Parameters:
    command: str
    args: list[str] = field(default_factory=list)
    env: dict[str, str] | None = None
    name: str = field(repr=False)
    size: int = Field(..., gt=1)
    depth: int = Field(3, gt=1)
    width: int = Field(default=4)
    text: str = "a rather long text that nobody needs to see in full"

class Client:
    @my_cached_property
    def chat(self) -> str:
        '''All about chat.'''
    @_own.my_property
    def plain(self): ...
    def call(self) -> int: ...
"""


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def described(root: Path, name: str, query: str = "parameters client chat plain call") -> str:
    site = "lib/python3.12/site-packages"
    files = {
        "pyvenv.cfg": "version = 3.12.0\n",
        f"{site}/shop/__init__.py": "from _shop.models import Parameters, Client\n",
        f"{site}/_shop/__init__.py": "",
        f"{site}/_shop/models.py": MODELS,
        f"{site}/shop-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: shop\nVersion: 1.0\n\n# Shop\n",
        f"{site}/shop-1.0.dist-info/RECORD": "shop/__init__.py,,\n_shop/models.py,,\n",
    }
    write(root, files)
    found = describe_installed(LibraryName(name), "python", query, read_environment(root))
    assert found is not None
    return found.text


def test_fields_are_shown_with_their_defaults(tmp_path: Path) -> None:
    text = described(tmp_path, "shop")
    fields = (
        "command: str, args: list[str] = ..., env: dict[str, str] | None = None, name: str, size: int, "
        "depth: int = ..., width: int = ..., text: str = ..."
    )
    assert f"class Parameters({fields})" in text


def test_what_is_used_without_a_call_is_shown_without_one(tmp_path: Path) -> None:
    text = described(tmp_path, "shop")
    assert "`.chat: str`: All about chat." in text
    assert "`.plain`" in text
    assert "`.call() -> int`" in text


@pytest.mark.parametrize(
    ("name", "query", "shown"),
    [
        ("pytest", "raise an error", "raises(expected_exception"),
        ("pytest-asyncio", "fixture", "fixture("),
        ("typing_extensions", "evaluate forward ref", "evaluate_forward_ref("),
    ],
)
def test_what_is_defined_in_a_private_package_or_twice_is_described(name: str, query: str, shown: str) -> None:
    found = describe_installed(LibraryName(name), "python", query, HERE)
    assert found is not None
    assert shown in found.text.partition("## Public interface")[2]


README = """# Shop

[![badge](x)](y)
<p align="center">
|docs| |build|_
.. image:: x.png
.. |docs| image:: y.png

| Option | Meaning |
|--------|---------|
| a      | b       |

```jsx
return (
  <Shop>
    ![no badge]
  </Shop>
);
```

    <indented />
"""


def test_only_badges_and_html_around_the_text_leave_a_readme() -> None:
    kept = without_badges(README)
    assert kept.splitlines()[2:5] == ["", "| Option | Meaning |", "|--------|---------|"]
    assert "  <Shop>\n    ![no badge]\n  </Shop>" in kept
    assert "    <indented />" in kept
    assert not any(gone in kept for gone in ("align", "|docs|", "[![", "y.png"))


def node(root: Path, name: str, declarations: str = "", query: str = "x") -> str | None:
    manifest = json.dumps({"version": "1.0.0", "types": "index.d.ts"})
    write(root, {"node_modules/next/package.json": manifest, "node_modules/next/index.d.ts": declarations})
    found = describe_installed(LibraryName(name), "typescript", query, Environment(project_dir=root))
    return found.text if found else None


@pytest.mark.parametrize("name", ["next", "Next", "Next.js", "next.js", "NEXT.JS"])
def test_an_npm_package_is_found_under_the_name_that_people_use(tmp_path: Path, name: str) -> None:
    assert (node(tmp_path, name) or "").startswith("# next 1.0.0")


def test_a_comment_stays_with_the_declaration_that_it_is_about(tmp_path: Path) -> None:
    declarations = (
        "/** First. */\nexport declare function one(): void;\n\n/**\n * @deprecated Use one.\n */\n"
        "export declare function two(): void;\nexport declare const three: 3; /* tail */\n"
        "export declare const from: { from: string };\nimport x from './x';\n"
    )
    text = node(tmp_path, "next", declarations) or ""
    shown = text[text.index("```ts") :]
    assert "/** First. */\nexport declare function one(): void;\n\n/**\n * @deprecated" in shown
    assert "*/\nexport declare function two(): void;\n\nexport declare const three: 3; /* tail */\n\n" in shown
    assert "from: { from: string }" in shown
    assert "./x" not in shown


@pytest.mark.parametrize("shape", ["\n", " \n", " ", "export from\n", "/*", "*/", "/* */\n", "export ", "reference "])
def test_reading_declarations_costs_no_more_than_their_length(tmp_path: Path, shape: str) -> None:
    before = time.process_time()
    node(tmp_path, "next", "export declare const a: 1;\n" + shape * (200_000 // len(shape)))
    assert time.process_time() - before < 5.0
