"""Python's parser, asked by many threads at once."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from groundwork.python_parser import parse_python

ROOT = Path(__file__).parents[2]
PACKAGES = [ROOT / name for name in ("code_assistant", "coding_standards", "groundwork")]
NESTED = "x = " + "(" * 60 + "1" + ",)" * 60 + "\n"


def test_many_threads_parse_at_once_and_none_of_them_fails() -> None:
    code = NESTED * 60 + (ROOT / "code_assistant" / "children" / "child.py").read_text(encoding="utf-8")
    with ThreadPoolExecutor(8) as threads:
        trees = list(threads.map(parse_python, [code] * 24))
    assert {len(tree.body) for tree in trees} == {len(trees[0].body)}


def test_nobody_calls_the_parser_past_the_lock() -> None:
    texts = [(file.name, file.read_text(encoding="utf-8")) for package in PACKAGES for file in package.rglob("*.py")]
    callers = [name for name, text in texts if re.search(r"\bast\.parse\(|\bcompile\([^)]*AST", text)]
    assert callers == ["python_parser.py"]
    (text,) = [text for _, text in texts if "griffe.visit(" in text]
    assert re.search(r"with _quiet\(\):\n\s+return griffe\.visit\(", text)
    assert re.search(r"def _quiet\(\)[^\n]*\n[^\n]*\n\s+with PARSER_LOCK, ", text)
