"""Which part of a file is tests: all of it, some functions, classes or modules, or nothing.

Its one rule: a region holds nothing but what the tests of a framework need, so that production code beside it is
judged as always.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

from ast_grep_py import Config, SgNode

from coding_standards.engines.astgrep.needs import Needs, find_needs
from coding_standards.engines.source import Source
from coding_standards.symbols.nodes import child_field, named_children
from groundwork.reading.yaml_text import load_our_yaml

_DATA = Path(__file__).with_name("testing.yml")
_MAX_MARKS = 30
"""Attributes and comments before an item of Rust; each step takes as long as there are nodes before it."""
_MAX_REGIONS = 500
"""To tell the place of a node takes as long as its line is long."""

_RUNS = re.compile(
    r"\b(?:describe|it|test|suite|specify|fit|fdescribe|xit)(?![A-Za-z0-9_$])[.\w]{0,40}\s{0,9}[(`<]", re.ASCII
)
"""Quicker than the tree, and most code has no such call."""
_SQL = re.compile(
    r"\bselect\s+(?:\*\s+from\s+)?(?:\w+\.)?(?:plan|finish|no_plan|runtests)\s*\(|\btSQLt\.|\but\.expect\s*\("
    r"|\breturn\s+next\s+(?:\w+\.)?(?:ok|is|isnt|matches|lives_ok|throws_ok|results_eq|is_empty|pass|has_\w+)\s*\(",
    re.IGNORECASE,
)
_SQL_COMMENT = re.compile(r"'[^'\n]*'|--[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL)

_PATHS = {
    "python": r"(?:^|/)(?:test_[^/]*|[^/]*_tests?|tests?|conftest)\.py$",
    "script": r"[._-](?:test|spec|cy|e2e)s?\.[cm]?[jt]sx?$|(?:^|/)(?:tests?|spec)\.[cm]?[jt]sx?$",
    "java": r"(?:^|/)(?:Test[A-Z][^/]*|[^/]*(?:Tests?|TestCase|IT))\.java$",
    "go": r"_test\.go$",
    "rust": r"(?:^|[/_])tests?\.rs$",
    "sql": r"(?:^|/)(?:test_[^/]*|[^/]*[._]tests?)\.sql$|\.pg$",
}
_FOLDERS = re.compile(r"(?:^|/)(?:tests?|__tests__|spec|e2e|cypress|src/(?:test|androidTest|integrationTest))/")
_TEST_PATHS = {name: re.compile(path) for name, path in _PATHS.items()}
_SCRIPTS = frozenset({"javascript", "typescript", "tsx"})
_EXPORTS = re.compile(r"^(?:export\b|(?:module\.)?exports\b)", re.MULTILINE)
_GO_TEST_PACKAGE = re.compile(r"^package \w+_test\b", re.MULTILINE)
_CFG_TEST = re.compile(r"#!?\[cfg\((?:all\(|any\()?\s*test\b")


@dataclass(frozen=True)
class Regions:
    """Where the tests of a file are, as offsets from begin to end, in the order of the text."""

    spans: tuple[tuple[int, int], ...] = ()
    lines: tuple[tuple[int, int], ...] = ()
    """The same as numbers of lines, first and last."""
    is_all: bool = False
    """The whole file is tests."""

    def covers(self, offset: int) -> bool:
        """Whether this offset lies in a test."""
        return self.is_all or any(first <= offset < end for first, end in self.spans)

    def covers_line(self, line: int) -> bool:
        """Whether this line, from 1, lies in a test."""
        return self.is_all or any(first <= line <= last for first, last in self.lines)


def holds_tests(source: Source) -> bool:
    """Whether the file holds tests that are run: Go runs those of files that are named as tests alone."""
    is_run = source.grammar != "go" or not source.path or source.path.endswith("_test.go")
    return is_run and has_tests(source)


def has_tests(source: Source) -> bool:
    """Whether the file holds tests of a framework that is usual in its language."""
    if source.language.name == "sql":
        code = _SQL_COMMENT.sub(lambda match: match[0] if match[0][0] == "'" else " ", source.code)
        return _SQL.search(code) is not None
    tree, rule = source.tree, _find_rule(source)
    if not rule or tree is None or not source.is_searchable:
        return False
    config, needs = _read_rules()[rule]
    if not source.seen.meets(needs) or (rule == "script" and _RUNS.search(source.code) is None):
        return False
    return tree.find(config) is not None


def find_test_regions(source: Source) -> Regions:
    """The parts that are tests, or the whole file where its path says so or it holds nothing else."""
    if _is_test_path(source):
        return Regions(is_all=True)
    if not has_tests(source) and not (source.grammar == "rust" and _CFG_TEST.search(source.code)):
        return Regions()
    if source.tree is None or _is_nothing_else(source, source.tree):
        return Regions(is_all=True)
    nodes: list[tuple[SgNode, SgNode]] = []
    for pair in _test_nodes(source, source.tree):
        nodes.append(pair)
        if len(nodes) == _MAX_REGIONS:
            break
    places = [(first.range().start, last.range().end) for first, last in nodes]
    return Regions(
        tuple((start.index, end.index) for start, end in places),
        tuple((start.line + 1, end.line + 1) for start, end in places),
    )


def _find_rule(source: Source) -> str:
    grammar = source.grammar or ""
    if grammar == "java" and "net.jqwik" in source.code:
        return "java with jqwik"
    if grammar == "go" and (_is_test_path(source) or _GO_TEST_PACKAGE.search(source.code)):
        return "go tests"
    name = "script" if grammar in _SCRIPTS else grammar
    return name if name in _read_rules() else ""


@cache
def _read_rules() -> dict[str, tuple[Config, Needs]]:
    (rules,) = load_our_yaml(_DATA.read_text(encoding="utf-8"))
    named = cast(dict[str, dict[str, object]], rules)
    return {name: (cast(Config, {"rule": rule}), find_needs(rule)) for name, rule in named.items()}


def _is_test_path(source: Source) -> bool:
    path = (source.path or "").replace("\\", "/")
    grammar = source.grammar or source.language.name
    known = _TEST_PATHS.get("script" if grammar in _SCRIPTS else grammar)
    return known is not None and (known.search(path) is not None or _FOLDERS.search(path) is not None)


def _is_nothing_else(source: Source, tree: SgNode) -> bool:
    """Whether the file, which has tests, offers nothing to other code."""
    if source.grammar in _SCRIPTS:
        return _EXPORTS.search(source.code) is None
    if source.grammar == "python":
        return not any(_is_python_production(node) for node in named_children(tree))
    if source.grammar == "go":
        return source.path is None or _GO_TEST_PACKAGE.search(source.code) is not None
    if source.grammar == "rust":
        items = named_children(tree)
        is_test = any(node.kind() == "attribute_item" and re.match(r"#\[[\w:]*test\b", node.text()) for node in items)
        is_used = any(child.kind() == "visibility_modifier" for node in items for child in node.children()[:1])
        is_program = any(node.kind() == "function_item" and child_field(node, "name") == "main" for node in items)
        return "#![cfg(test)]" in source.code or (is_test and not is_used and not is_program)
    return False


def _is_python_production(node: SgNode) -> bool:
    """A function or class of the module that is neither a test nor made for one."""
    if node.kind() == "decorated_definition":
        if re.match(r"@(?:pytest\.)?(?:fixture|mark)\b", node.text()):
            return False
        node = node.field("definition") or node
    if node.kind() == "function_definition":
        return re.match(r"_|test|setup|teardown", child_field(node, "name"), re.IGNORECASE) is None
    if node.kind() == "class_definition":
        is_test = re.match(r"_|Test|Fake|Mock|Stub|Dummy|\w*Tests?$", child_field(node, "name"))
        return is_test is None and "TestCase" not in child_field(node, "superclasses")
    return False


def _test_nodes(source: Source, tree: SgNode) -> Iterator[tuple[SgNode, SgNode]]:
    """First and last node of each region."""
    rule = "rust regions" if source.grammar == "rust" else _find_rule(source)
    config, _ = _read_rules()[rule]
    if source.grammar == "java":
        yield from ((node, node) for node in named_children(tree) if node.find(config) is not None)
        return
    if source.grammar != "rust":
        yield from ((node, node) for node in tree.find_all(config))
        return
    for mark in tree.find_all(config):
        if mark.kind() == "macro_invocation":
            yield mark, mark
        elif not mark.text().startswith("#[cfg") or _CFG_TEST.match(mark.text()):
            yield mark, _find_marked(mark)


def _find_marked(attribute: SgNode) -> SgNode:
    """The item that an attribute of Rust belongs to."""
    node = attribute
    for _ in range(_MAX_MARKS):
        following = node.next()
        if following is None or node.kind() not in {"attribute_item", "line_comment", "block_comment"}:
            break
        node = following
    return node
