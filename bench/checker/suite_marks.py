"""The marks of public suites that judge checkers: which place of which file must be found, and which must not.

Its one rule: a mark is read as its suite means it, and none is left out but those of what no item speaks of.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from ast_grep_py import SgNode, SgRoot

from coding_standards.engines.sql.dialects import UnknownDialectError, find_dialect
from coding_standards.languages import Language, find_language, language_of_path
from coding_standards.library.snapshot import Library
from coding_standards.report import PARSES

ITEMS_OF_CWE: Mapping[str, tuple[int, ...]] = {
    "SEC-001": (259, 321, 522, 523, 798),
    "SEC-002": (94, 95, 96, 470, 553, 1336),
    "SEC-003": (74, 77, 78, 88),
    "SEC-004": (89, 564, 943),
    "SEC-005": (295, 297, 300, 311, 319, 322),
    "SEC-006": (79, 80, 93, 113, 116, 117, 150),
    "SEC-007": (502, 913),
    "SEC-008": (310, 323, 326, 327, 328, 329, 347, 780, 916, 1204),
    "SEC-009": (330, 338),
    "SEC-011": (20, 90, 91, 134, 155, 454, 601, 611, 643, 776, 915, 918),
    "SEC-012": (22, 23, 73, 706),
    "SEC-013": (250, 269, 276, 668, 732),
    "SEC-014": (200, 209, 215, 489),
}
"""Item -> the CWE numbers of what it speaks of (https://cwe.mitre.org/data/)."""

ITEMS_OF_CATEGORY: Mapping[str, str] = {
    "cmdi": "SEC-003",
    "codeinj": "SEC-002",
    "crypto": "SEC-008",
    "deserialization": "SEC-007",
    "hash": "SEC-008",
    "ldapi": "SEC-011",
    "pathtraver": "SEC-012",
    "redirect": "SEC-011",
    "sqli": "SEC-004",
    "trustbound": "SEC-011",
    "weakrand": "SEC-009",
    "xpathi": "SEC-011",
    "xss": "SEC-006",
    "xxe": "SEC-011",
}
"""Category of the OWASP benchmarks -> item; `securecookie` is of none."""

ITEMS_OF_WORD: Mapping[str, str] = {"sql": "SEC-004", "xss": "SEC-006", "html": "SEC-006", "redirect": "SEC-011"}
"""Word in a rule's id -> item, beside those of its CWE numbers."""

_MARK = re.compile(r"(?<![\w-])(ruleid|ok)\s*:\s*([\w.,\s-]+)")
_COMMENT = re.compile(r"\s*(?:#|//|/?\*|\{\s*/\*|<!--)")
_SPANS = re.compile(r"^\s*\.\.\.\s*$\n\s*\S", re.MULTILINE)
_ASSIGNS = re.compile(r"\s*(?:\w+[\w<>\[\]. ]*\s)?\w+(?:, \w+)*\s*(?::\s*\w+\s*)?:?=[^=]")
_CWE = re.compile(r"CWE-(\d+)")
_WHOLE = re.compile(
    r"block|body|function|class|method|module|program|if_|for_|while_|try_|with_|source_file|switch|match"
)
_MAX_LINES = 12
_MARKED = frozenset({"python", "javascript", "typescript", "java", "go", "rust"})
"""Languages whose fixtures have marks in comments."""


@dataclass(frozen=True)
class Mark:
    """A place that a suite judges."""

    wanted: bool
    items: frozenset[str]
    kind: str
    """The rule or category of the suite."""
    first: int = 1
    last: int = 1_000_000
    """Lines, both from 1: the statement that begins at the mark, or the whole file."""
    rules: frozenset[str] = frozenset()
    """Our rules that speak of the same, where not all of the items do."""


@dataclass(frozen=True)
class MarkedFile:
    """A file of a suite with its marks."""

    path: Path
    language: Language
    code: str
    marks: tuple[Mark, ...]
    dialect: str | None = None


def read_semgrep(root: Path, _: Library) -> Iterator[MarkedFile]:
    """The fixtures of semgrep-rules: `ruleid:` stands above what a rule must find, `ok:` above what it must not."""
    for path in sorted(root.rglob("*")):
        language = _language(path)
        # What `--autofix` makes of a fixture keeps its marks, whose flaws are mended.
        if language is None or ".fixed." in path.name or not _rules_beside(path):
            continue
        code = path.read_text(encoding="utf-8", errors="replace")
        marks = tuple(_semgrep_marks(code, language, _rules_beside(path), path))
        if marks:
            yield MarkedFile(path, language, _without_marks(code), marks)


def _without_marks(code: str) -> str:
    """The code as it would be: a mark names what it is about, and such a comment asks for an exception."""
    return "\n".join("" if _is_mark(line) else line for line in code.split("\n"))


def _is_mark(line: str) -> bool:
    is_whole = line.strip().startswith(("#", "//")) or line.rstrip().endswith(("*/", "*/}", "-->"))
    return is_whole and _COMMENT.match(line) is not None and _MARK.search(line) is not None


def read_owasp(root: Path, _: Library) -> Iterator[MarkedFile]:
    """The OWASP benchmarks: a table says of every file whether the flaw of its category is real."""
    table = next(iter(sorted(root.glob("expectedresults-*.csv"))))
    paths = {path.stem: path for path in root.rglob("BenchmarkTest*") if path.suffix in {".py", ".java"}}
    for row in csv.reader(table.read_text(encoding="utf-8").splitlines()):
        path, item = paths.get(row[0]), ITEMS_OF_CATEGORY.get(row[1].strip())
        language = _language(path) if path is not None else None
        if path is None or item is None or language is None:
            continue
        mark = Mark(row[2].strip() == "true", frozenset({item}), row[1].strip())
        yield MarkedFile(path, language, path.read_text(encoding="utf-8", errors="replace"), (mark,))


def read_sqlfluff(root: Path, _: Library) -> Iterator[MarkedFile]:
    """sqlfluff's fixtures: statements that their dialects take, in a folder for each."""
    language = find_language("sql")
    for path in sorted((root / "test/fixtures/dialects").glob("*/*.sql")):
        try:
            dialect = find_dialect(language, path.parent.name)
        except UnknownDialectError:
            dialect = None
        mark = Mark(False, frozenset({PARSES}), path.parent.name)
        yield MarkedFile(path, language, path.read_text(encoding="utf-8", errors="replace"), (mark,), dialect)


def _language(path: Path) -> Language | None:
    language = language_of_path(path.name)
    return language if language is not None and language.name in _MARKED else None


@cache
def _rules_beside(path: Path) -> Mapping[str, frozenset[str]]:
    """Id of each rule that the fixture is for -> the items that its CWE numbers mean."""
    beside = path.with_name(path.name.split(".")[0] + ".yaml")
    beside = beside if beside.is_file() else beside.with_suffix(".yml")
    if not beside.is_file():
        return {}
    rules = (yaml.safe_load(beside.read_text(encoding="utf-8")) or {}).get("rules", [])
    found: dict[str, frozenset[str]] = {}
    for rule in rules:
        numbers = {int(number) for number in _CWE.findall(str(rule.get("metadata", {}).get("cwe", "")))}
        items = {item for item, known in ITEMS_OF_CWE.items() if numbers.intersection(known)}
        if rule.get("metadata", {}).get("category") == "security":
            items |= {item for word, item in ITEMS_OF_WORD.items() if word in rule["id"]}
        found[rule["id"]] = frozenset(items)
    return found


@cache
def _spanning_rules(path: Path) -> frozenset[str]:
    """The rules whose matches reach from the mark over several statements, as their `...` lines say."""
    beside = path.with_name(path.name.split(".")[0] + ".yaml")
    beside = beside if beside.is_file() else beside.with_suffix(".yml")
    rules = (yaml.safe_load(beside.read_text(encoding="utf-8")) or {}).get("rules", [])
    return frozenset(rule["id"] for rule in rules if _SPANS.search(yaml.safe_dump(rule, default_style="|")))


def _semgrep_marks(code: str, language: Language, rules: Mapping[str, frozenset[str]], path: Path) -> Iterator[Mark]:
    lines = code.split("\n")
    tree = SgRoot(code, "tsx" if path.suffix == ".tsx" else language.grammar or "").root()
    wanted: dict[int, set[str]] = {}
    found: list[Mark] = []
    for number, line in enumerate(lines, start=1):
        for mark in _MARK.finditer(line):
            if not _COMMENT.match(line):
                continue
            ids = [one for one in re.split(r"[,\s]+", mark[2]) if one in rules]
            items = frozenset(item for one in ids for item in rules[one])
            if not items:
                continue
            first = next((n for n in range(number + 1, len(lines) + 1) if not _is_void(lines[n - 1])), number)
            is_wanted = mark[1] == "ruleid"
            if is_wanted:
                wanted.setdefault(first, set()).update(items)
            last = _last_line(tree, first)
            if _ASSIGNS.match(lines[first - 1]) and _spanning_rules(path).intersection(ids):
                last = max(last, min(_last_spanned(lines, first), first + _MAX_LINES))
            found.append(Mark(is_wanted, items, ids[0], first, last))
    for one in found:
        if one.wanted or not one.items & wanted.get(one.first, set()):
            yield one


def _last_spanned(lines: Sequence[str], first: int) -> int:
    """The last line before the next mark or the end of the block that the mark stands in."""
    depth = len(lines[first - 1]) - len(lines[first - 1].lstrip())
    for number in range(first + 1, len(lines) + 1):
        line = lines[number - 1]
        is_outside = bool(line.strip()) and len(line) - len(line.lstrip()) < depth
        if is_outside or (_MARK.search(line) and _COMMENT.match(line)):
            return number - 1
    return len(lines)


def _is_void(line: str) -> bool:
    return not line.strip() or _COMMENT.match(line) is not None


def _last_line(tree: SgNode, first: int) -> int:
    """The last line of the statement that begins here; the same line where that is a whole block."""
    last = first
    open_nodes = [tree]
    while open_nodes:
        node = open_nodes.pop()
        place = node.range()
        if place.start.line + 1 > first or place.end.line + 1 < first:
            continue
        if place.start.line + 1 == first and not _WHOLE.search(node.kind()):
            last = max(last, place.end.line + 1)
        else:
            open_nodes += node.children()
    return min(last, first + _MAX_LINES)
