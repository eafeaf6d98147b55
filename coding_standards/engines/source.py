"""The code under judgement: cleaned once, parsed once per grammar, and the way from a node to a finding.

Its one rule: nothing here decides whether code is good; it only says where things are.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar, cast

from ast_grep_py import Config, SgNode, SgRoot

from coding_standards.engines.astgrep.needs import Seen
from coding_standards.engines.html.template import take_out
from coding_standards.engines.places import PlacedText
from coding_standards.languages import Language
from coding_standards.project.editorconfig import Layout
from coding_standards.report import SYNTAX, Finding
from coding_standards.rules import Rule, Severity

MAX_EXCERPT = 160
"""Characters of a line shown with a finding; the report's schema promises this."""

DECLARATIONS = (".d.ts", ".d.mts", ".d.cts")
"""How the names of TypeScript's declaration files end."""

MAX_DEPTH = 500
"""Nodes above a node. Rules that look at ancestors take quadratic time, and nobody nests code like this."""

_DEPTH_MATTERS = 2_000
"""Characters; a shorter text cannot nest so deeply that it matters. From 6,000 nodes on, tree-sitter's way up from an
empty node overruns the stack and ends the process."""

MAX_COMMENTS = 5_000
"""Comments that are looked at. To tell the place of a node takes as long as its line is long, so that a hostile text
of one line would take minutes."""

_COMMENT_KINDS = {
    "java": ("line_comment", "block_comment"),
    "rust": ("line_comment", "block_comment"),
    "css": ("comment", "js_comment"),
}

_Made = TypeVar("_Made")

_MAX_BROKEN = 50
"""Broken places. Shredded text is a flat list of thousands of nodes, in which looking for ancestors takes minutes."""

_MAX_OPEN = 2_000
"""Tags, or comments, that are opened and not closed. The HTML grammar copies its stack of open tags with every tag,
and the others search the rest of the text for the end of every comment: 40,000 take 6 s and a minute."""

_GRAMMARS = frozenset({"python", "javascript", "typescript", "tsx", "java", "go", "rust", "html", "css"})
# Tree-sitter's MISSING nodes are not exposed; they are the leaves without text, except these, which may be empty.
_MAY_BE_EMPTY = frozenset({"raw_text", "string_content", "raw_string_literal_content"})
_BROKEN: Config = cast(Config, {"rule": {"any": [{"kind": "ERROR"}, {"regex": "^$"}]}})
_ERROR: Config = cast(Config, {"rule": {"kind": "ERROR"}})
_ELEMENT = re.compile(r"</|/>|<>")
# A lone surrogate cannot be encoded; replaced one for one, so that columns stay right.
_SURROGATES = re.compile("[\ud800-\udfff]")
_TAG = re.compile(r"<(/?)[A-Za-z][^<>]*>")


def _has_jsx(code: str) -> bool:
    """Whether TypeScript of which nobody says what it is called has elements in it."""
    if not _ELEMENT.search(code):
        return False
    plain, with_jsx = (
        sum(1 for _ in SgRoot(code, grammar).root().find_all(_ERROR)) for grammar in ("typescript", "tsx")
    )
    return with_jsx < plain


@dataclass(frozen=True)
class CheckSettings:
    """What a team or project has agreed on that an engine needs."""

    line_length: int = 120
    """Characters; 0 for no limit."""
    layout: Layout = field(default_factory=Layout)
    """What `.editorconfig` says about this file."""
    ruff_config: Path | None = None
    """A `ruff.toml` or `pyproject.toml` of the team's."""


@dataclass(frozen=True)
class Source:
    """One piece of code in one language."""

    raw: str
    """As it was given."""
    language: Language
    path: str | None = None
    dialect: str | None = None
    settings: CheckSettings = field(default_factory=CheckSettings)

    @functools.cached_property
    def code(self) -> str:
        """The text without byte order mark and lone surrogates; positions count from here."""
        return _SURROGATES.sub("\ufffd", self.raw.removeprefix("\ufeff"))

    @functools.cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines without their ends; a text that ends with a newline has an empty last one."""
        return tuple(line.removesuffix("\r") for line in self.code.split("\n"))

    @functools.cached_property
    def suffix(self) -> str:
        """The file suffix in lower case, or the language's usual one when there is no path."""
        name = (self.path or "").replace("\\", "/").rpartition("/")[2]
        return "." + name.rpartition(".")[2].lower() if "." in name else self.language.suffixes[0]

    @property
    def is_declaration_file(self) -> bool:
        """Whether its name says that it holds TypeScript's declarations only."""
        return (self.path or "").lower().endswith(DECLARATIONS)

    @functools.cached_property
    def grammar(self) -> str | None:
        """The ast-grep grammar; TypeScript has another one where JSX is allowed, and no grammar reads both."""
        if self.language.name != "typescript":
            return self.language.grammar
        if self.suffix in {".tsx", ".jsx"} or self.dialect in {"tsx", "jsx"}:
            return "tsx"
        is_told = self.path is not None or self.dialect is not None
        return "typescript" if is_told or not _has_jsx(self.code) else "tsx"

    @functools.cached_property
    def tree(self) -> SgNode | None:
        """The root of the syntax tree, or None where there is no grammar or the nesting would choke it."""
        grammar = self.grammar
        # An unknown grammar is a Rust panic, which no `except Exception` catches.
        if grammar not in _GRAMMARS or self._would_choke_parser():
            return None
        return SgRoot(self.code, grammar).root()

    @functools.cached_property
    def broken(self) -> tuple[SgNode, ...]:
        """Error nodes and missing tokens, in the order of the text; those of some grammars are unreliable."""
        if self.tree is None:
            return ()
        found = broken_nodes(self.tree)
        if not found or len(found) > _MAX_BROKEN or self._is_too_deep:
            return tuple(found)
        return () if self._is_valid_without_templates() else tuple(found)

    def _is_valid_without_templates(self) -> bool:
        if self.grammar != "html":
            return False
        other, _ = take_out(self.code)
        return other != self.code and not broken_nodes(SgRoot(other, "html").root())

    @functools.cached_property
    def is_searchable(self) -> bool:
        """Whether rules can be tried on the tree: it is there, not in shreds, and not nested without end."""
        return self.tree is not None and len(self.broken) <= _MAX_BROKEN and not self._is_too_deep

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 1, of an offset into `code`."""
        return self.once(PlacedText).place(offset)

    def excerpt(self, line: int) -> str:
        """The line with this number, stripped and cut; empty when there is none."""
        text = self.lines[line - 1].strip() if 0 < line <= len(self.lines) else ""
        return text if len(text) <= MAX_EXCERPT else text[: MAX_EXCERPT - 3] + "..."

    def finding(self, rule: Rule, line: int = 0, column: int = 0, message: str = "", soft: bool = False) -> Finding:
        """A finding of `rule` at this place, both numbers from 1; with the rule's own message unless one is given."""
        return Finding(
            rule=rule.id,
            items=rule.items,
            severity=rule.severity,
            line=line,
            column=column,
            message=message or rule.message,
            excerpt=self.excerpt(line),
            soft=soft,
        )

    def finding_at(self, rule: Rule, node: SgNode, message: str = "") -> Finding:
        """A finding of `rule` at the start of `node`."""
        start = node.range().start
        return self.finding(rule, start.line + 1, start.column + 1, message)

    def syntax_finding(self, line: int, column: int, message: str, soft: bool = False) -> Finding:
        """A finding that the code does not parse; a soft one is a warning."""
        severity: Severity = "warning" if soft else "error"
        return Finding(
            rule=SYNTAX,
            items=("GEN-005",),
            severity=severity,
            line=line,
            column=column,
            message=message,
            excerpt=self.excerpt(line),
            soft=soft,
        )

    def find_kinds(self, kinds: Sequence[str], regex: str = "") -> list[SgNode]:
        """The nodes of these kinds in the order of the text, of a text that matches `regex` where one is given."""
        if self.tree is None or not kinds or not self.may_have(kinds):
            return []
        rule: dict[str, object] = {"any": [{"kind": kind} for kind in kinds]}
        if regex:
            rule["regex"] = regex
        return self.tree.find_all(cast(Config, {"rule": rule}))

    @functools.cached_property
    def comments(self) -> tuple[tuple[int, int, int, str], ...]:
        """Of each comment in the tree: offset from 0, line and column from 1, and the text with its marks."""
        nodes = self.find_kinds(_COMMENT_KINDS.get(self.grammar or "", ("comment",)))
        # In Rust a line of documentation ends with its newline.
        starts = ((node.range().start, node.text().rstrip("\r\n")) for node in nodes[:MAX_COMMENTS])
        return tuple((start.index, start.line + 1, start.column + 1, text) for start, text in starts)

    @functools.cached_property
    def uncommented(self) -> str:
        """`code` with blanks in place of the comments, so that offsets stay."""
        pieces: list[str] = []
        end = 0
        for start, _, _, text in self.comments:
            if start < end:  # one within another
                continue
            pieces += [self.code[end:start], " " * len(text)]
            end = start + len(text)
        return "".join([*pieces, self.code[end:]])

    def may_say(self, word: str) -> bool:
        """Whether every three letters of a folded word stand somewhere in the text, case aside.

        A check looks for more than a thousand words, and to search a monotonous text of 10 KB for each takes 60 ms.
        """
        return _letters_of_word(word) <= self._letters

    @functools.cached_property
    def _letters(self) -> frozenset[tuple[str, str, str]]:
        return _letters(self.code.casefold())

    def once(self, make: Callable[[str], _Made]) -> _Made:
        """What is made of `code`, one time for all who ask."""
        if make not in self._made:
            self._made[make] = make(self.code)
        return cast(_Made, self._made[make])

    @functools.cached_property
    def _made(self) -> dict[object, object]:
        return {}

    @functools.cached_property
    def seen(self) -> Seen:
        """What the text has that rules may need; for a tree that is searchable."""
        return Seen(self.code.casefold(), self._shape[1])

    def may_have(self, kinds: Iterable[str]) -> bool:
        """Whether the tree may have nodes of one of these kinds; a tree that is too deep is not known."""
        is_unknown, there = self._shape
        return any(is_unknown or kind in there for kind in kinds)

    @property
    def _is_too_deep(self) -> bool:
        return self._shape[0]

    @functools.cached_property
    def _shape(self) -> tuple[bool, frozenset[str]]:
        """Whether the tree is too deep, and the kinds of its nodes; one walk, for it takes a millisecond."""
        level = [self.tree] if self.tree is not None else []
        kinds: set[str] = set()
        depth = 0
        while level:
            depth += 1
            if depth > MAX_DEPTH and len(self.code) >= _DEPTH_MATTERS:
                return True, frozenset(kinds)
            kinds.update([node.kind() for node in level])
            level = [child for node in level for child in node.children()]
        return False, frozenset(kinds)

    def _would_choke_parser(self) -> bool:
        if self.grammar != "html":
            return self.code.count("/*", self.code.rfind("*/") + 1) > _MAX_OPEN
        depth = 0
        for tag in _TAG.finditer(self.code):
            depth += -1 if tag[1] else 1
            if depth > _MAX_OPEN:
                return True
        return False


def _letters(text: str) -> frozenset[tuple[str, str, str]]:
    """Every three letters that stand together."""
    return frozenset(zip(text, text[1:], text[2:], strict=False))


_letters_of_word = functools.lru_cache(maxsize=8192)(_letters)


def broken_nodes(tree: SgNode) -> list[SgNode]:
    """Error nodes and missing tokens, in the order of the text."""
    # The root may be without text as well. Asking for its parent would end the process on a deep tree.
    whole = _MAY_BE_EMPTY | {tree.kind()}
    found = tree.find_all(_BROKEN)
    return [node for node in found if node.kind() == "ERROR" or (node.is_leaf() and node.kind() not in whole)]
