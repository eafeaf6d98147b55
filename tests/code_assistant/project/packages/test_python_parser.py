"""Python's parser, asked by many threads at once."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from code_assistant.project.packages.python_parser import parse_python

PACKAGE = Path(__file__).parents[4] / "code_assistant"
NESTED = "x = " + "(" * 60 + "1" + ",)" * 60 + "\n"


def test_many_threads_parse_at_once_and_none_of_them_fails() -> None:
    code = NESTED * 60 + (PACKAGE / "children" / "child.py").read_text(encoding="utf-8")
    with ThreadPoolExecutor(8) as threads:
        trees = list(threads.map(parse_python, [code] * 24))
    assert {len(tree.body) for tree in trees} == {len(trees[0].body)}


def test_nobody_calls_the_parser_past_the_lock() -> None:
    callers = [
        file.name
        for file in PACKAGE.rglob("*.py")
        if re.search(r"\bast\.parse\(|\bcompile\([^)]*AST", file.read_text())
    ]
    assert callers == ["python_parser.py"]
    (visited,) = [file for file in PACKAGE.rglob("*.py") if "griffe.visit(" in file.read_text(encoding="utf-8")]
    text = visited.read_text(encoding="utf-8")
    assert re.search(r"with _quiet\(\):\n\s+return griffe\.visit\(", text)
    assert re.search(r"def _quiet\(\)[^\n]*\n[^\n]*\n\s+with PARSER_LOCK, ", text)
