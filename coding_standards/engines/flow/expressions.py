"""What an expression gives, read from its node without running anything.

Its one rule: what is not understood gives something unknown, and everything in it is looked at all the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import reduce

from ast_grep_py import SgNode

from coding_standards.engines.flow import calls
from coding_standards.engines.flow.scope import Scope, ValueUse
from coding_standards.engines.flow.templates import fill_percent, format_hole
from coding_standards.engines.flow.value import (
    ALL,
    MAX_PARTS,
    Hole,
    Part,
    TrustLevel,
    Value,
    blend,
    concatenate,
    constant,
    either,
    unknown,
)
from coding_standards.engines.flow.vocabulary import Row, Vocabulary

MAX_DEPTH = 60
"""Expressions in expressions; three frames of Python for each. Nobody writes more."""
MAX_TEXT = 120
"""Characters of an expression that are kept to tell it by."""
_ESCAPE = re.compile(r"\\(?:u\{?[0-9A-Fa-f]+\}?|x[0-9A-Fa-f]{2}|[0-7]{1,3}|(.)|\n)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r"}
CONSTANT_NAME = re.compile(r"(?:\w+\.)*_{0,2}[A-Z][A-Z0-9_]+(?:\.value|\.name)?\Z")
"""How every language here writes a constant that may stand in another file."""
WRAPPED = "<request>"
"""The path of an object that was made of a whole request."""
_RAW = re.compile(r"[a-zA-Z]*[rR][a-zA-Z]*[\"']")
_FRAGMENTS = frozenset(
    {
        "string_content",
        "string_fragment",
        "interpreted_string_literal_content",
        "raw_string_literal_content",
        "multiline_string_fragment",
        "escape_sequence",
    }
)
_SUBSTITUTIONS = frozenset({"interpolation", "template_substitution", "string_interpolation"})
_COMPARISONS = frozenset({"==", "!=", "===", "!==", "<", ">", "<=", ">=", "in", "instanceof", "not in", "is"})
_EITHERS = frozenset({"||", "&&", "??", "or", "and"})


_Reader = Callable[[SgNode, Sequence[str]], Value]


def shorten(node: SgNode) -> str:
    """The text of a node, cut."""
    return node.text()[:MAX_TEXT]


def named_children(node: SgNode) -> list[SgNode]:
    """The named children without comments."""
    return [child for child in node.children() if child.is_named() and "comment" not in child.kind()]


def part_of(node: SgNode, field: str) -> SgNode | None:
    """A field of a node; its named child by number; or the first one for an empty field."""
    if field and not field.lstrip("-").isdecimal():
        return node.field(field)
    children = named_children(node)
    place = int(field or 0)
    return children[place] if -len(children) <= place < len(children) else None


class Expressions:
    """Reads the expressions of one file; statements are the subclass's."""

    def __init__(self, grammar: str, vocabulary: Vocabulary, imports: Mapping[str, str], text: str) -> None:
        self._readers: Mapping[str, tuple[_Reader, Sequence[str]]] = {
            kind: (getattr(self, f"_read_{row[0]}"), row[1:]) for kind, row in vocabulary.kinds.items()
        }
        self.grammar = grammar
        self.vocabulary = vocabulary
        self.imports = imports
        self._text = text
        """The file's, with blanks for its comments."""
        self.uses: list[ValueUse] = []
        self.tests: list[frozenset[str]] = []
        """Origins of what the condition at hand has tested."""
        self.is_asked = False
        """Whether the expression at hand is a condition."""
        self.scope = Scope()
        self.functions: dict[str, SgNode] = {}
        self.aliases: set[str] = set()
        self.element: Value | None = None
        """What the function that is read next is called with."""
        self._depth = 0

    def row(self, node: SgNode) -> Row:
        """What the vocabulary says of a kind of node; an empty word where it says nothing."""
        return self.vocabulary.kinds.get(node.kind(), ("",))

    def text_of(self, node: SgNode) -> str:
        """The text of a node with blanks for its comments."""
        place = node.range()
        return self._text[place.start.index : place.end.index]

    def read(self, node: SgNode | None) -> Value:
        """What the node gives."""
        if node is None:
            return constant("")
        if self._depth > MAX_DEPTH:
            return unknown(shorten(node))
        self._depth += 1
        try:
            read, fields = self._readers.get(node.kind(), (None, ()))
            return read(node, fields) if read is not None else self._look_through(node)
        finally:
            self._depth -= 1

    def read_all(self, nodes: Iterable[SgNode]) -> list[Value]:
        """What each of the nodes gives."""
        return [self.read(node) for node in nodes]

    def _look_through(self, node: SgNode) -> Value:
        values = self.read_all(named_children(node))
        if len(values) == 1 and not values[0].holes:
            return replace(values[0], number=None)
        return blend(values, shorten(node)) if values else unknown(shorten(node))

    def find_name(self, name: str) -> Value:
        """What a name stands for here."""
        known = self.scope.names.get(name)
        if known is not None:
            return known
        path = self.imports.get(name) or (f"local.{name}" if name in self.functions else name)
        outside = self._from(path, False)
        if outside is None and CONSTANT_NAME.match(name):
            return Value((Hole(TrustLevel.CONSTANT, name),), path)
        is_import = name in self.imports or name[:1].isupper() or name in self.vocabulary.known
        trust = TrustLevel.UNKNOWN if is_import else TrustLevel.PARAMETER  # nobody here says what it is
        return outside or replace(unknown(name, trust, path), is_import=True)

    def _from(self, path: str, is_parameter: bool, text: str = "") -> Value | None:
        """Something from outside, where the name says so."""
        if not self.vocabulary.sources.match(path, is_parameter) and not path.startswith(f"{WRAPPED}."):
            return None
        trust = TrustLevel.PARAMETER if self.scope.is_validated else TrustLevel.OUTSIDE
        clean = frozenset({"url"} if self.vocabulary.clean["url"].match(path) else ())
        return Value((Hole(trust, text or path, "", clean, frozenset({text or path})),), path, is_parameter)

    def _read_name(self, node: SgNode, _: Sequence[str]) -> Value:
        text = node.text()
        if "::" in text:
            head, _, rest = text.partition("::")
            path = f"{self.imports.get(head, head)}.{rest}".replace("::", ".")
            return self.scope.names.get(text) or unknown(text[:MAX_TEXT], path=path)
        return self.find_name(text)

    def _read_constant(self, node: SgNode, _: Sequence[str]) -> Value:
        return Value((Hole(TrustLevel.CONSTANT, shorten(node)),))

    def _read_number(self, node: SgNode, _: Sequence[str]) -> Value:
        text = node.text().replace("_", "").rstrip("lLuU")
        return constant(text, int(text) if text.isdecimal() and len(text) < 12 else None)

    def _read_text(self, node: SgNode, _: Sequence[str]) -> Value:
        parts: list[Part] = []
        if self.grammar == "python" and node.text()[:2].lower() in {"t'", 't"'}:
            return constant("")  # a template string leaves its values apart
        is_raw = node.kind().startswith("raw") or _RAW.match(node.text()[:4]) is not None
        children = node.children()
        for child in children:
            kind = child.kind()
            if kind in _FRAGMENTS:
                parts.append(child.text() if is_raw else _unescape(child.text()))
            elif kind in _SUBSTITUTIONS and len(parts) < MAX_PARTS:
                parts += self._substitute(child)
        if len(children) < 3 and not parts and node.kind() != "template_string":
            parts.append(_unescape(node.text().strip("\"'`")))
        return Value(tuple(part for part in parts if part != ""), is_made=any(isinstance(p, Hole) for p in parts))

    def _substitute(self, node: SgNode) -> Sequence[Part]:
        value = self.read(part_of(node, "expression") or part_of(node, ""))
        kinds = {"format_specifier", "type_conversion"}
        spec = "".join(child.text() for child in node.children() if child.kind() in kinds)
        return format_hole(value, spec.lstrip(":"))

    def _read_same(self, node: SgNode, fields: Sequence[str]) -> Value:
        return self.read(part_of(node, fields[0]) or part_of(node, ""))

    def _read_sum(self, node: SgNode, _: Sequence[str]) -> Value:
        return concatenate(self.read_all(named_children(node)))

    def _read_binary(self, node: SgNode, fields: Sequence[str]) -> Value:
        operands: list[SgNode] = []
        operator = self._operator(node)
        while True:  # a long sum is deep on its left side
            left, right = node.field(fields[0]), node.field(fields[1])
            operands += [right] if right is not None else []
            if left is None or left.kind() != node.kind() or self._operator(left) != operator:
                operands += [left] if left is not None else []
                break
            node = left
        values = self.read_all(reversed(operands))
        if operator in _COMPARISONS:
            return self._compare(operator, values)
        if operator in _EITHERS:
            return reduce(either, values)
        return self._calculate(operator, values, operands)

    def _operator(self, node: SgNode) -> str:
        operator = node.field("operator")
        return operator.text() if operator is not None else ""

    def _calculate(self, operator: str, values: list[Value], operands: Sequence[SgNode]) -> Value:
        number = calls.calculate(operator, [value.number for value in values])
        if number is not None:
            return constant(str(number), number)
        if operator == "+":
            is_number = any(value.number is not None for value in values)
            is_text = any(value.is_made or (value.number is None and value.text) for value in values)
            whole = calls.add(values)
            is_sum = is_number and not is_text and whole.trust < TrustLevel.OUTSIDE
            return whole.cleaned({ALL}) if is_sum else whole
        if operator == "%" and len(values) == 2 and values[0].number is None and self.grammar == "python":
            right = values[1]
            entries = dict(right.entries or {})
            in_order = calls.in_order(right) if right.entries is not None else [right]
            return fill_percent(values[0], in_order, entries)
        if operator in {"/", "*"} and self.grammar == "python":
            return concatenate(values) if operator == "/" else values[0]
        texts = [shorten(node) for node in reversed(operands)]
        return blend(values, f" {operator} ".join(texts)[:MAX_TEXT]).cleaned({ALL} if operator in "-*/<<>>" else ())

    def _compare(self, operator: str, values: Sequence[Value]) -> Value:
        texts = [value.text for value in values]
        if len(values) == 2 and operator in {"==", "===", "!=", "!=="}:
            words = [text for text in texts if text and not text.lstrip("-").isdecimal()]
            other = next((value for value, text in zip(values[::-1], texts, strict=True) if text), None)
            if other is not None and words:
                self.tests.append(other.as_hole("").origins)
        result = calls.compare(operator, values)
        return Value((Hole(TrustLevel.CONSTANT),), number=None if result is None else int(result))

    def _read_compare(self, node: SgNode, _: Sequence[str]) -> Value:
        values = self.read_all(named_children(node))
        operator = next((c.text() for c in node.children() if not c.is_named()), "")
        words = " ".join(c.text() for c in node.children() if not c.is_named())
        if "in" in words.split():
            self.tests.append(frozenset(o for value in values for o in value.as_hole("").origins))
        if words == "not" and len(values) == 1:
            inner = values[0]
            truth = calls.truth(inner)
            return Value((Hole(TrustLevel.CONSTANT),), number=None if truth is None else int(not truth))
        return self._compare(words or operator, values)

    def _read_choice(self, node: SgNode, fields: Sequence[str]) -> Value:
        condition, yes, no = (part_of(node, field) for field in fields)
        decided = calls.truth(self.ask(condition))
        if decided is not None:
            return self.read(yes if decided else no)
        return either(self.read(yes), self.read(no))

    def ask(self, condition: SgNode | None) -> Value:
        """What a condition gives; what it tests is checked from here on."""
        before, self.tests, was_asked, self.is_asked = self.tests, [], self.is_asked, True
        value = self.read(condition)
        self.is_asked = was_asked
        self.scope.check({origin for one in self.tests for origin in one})
        self.tests = before
        return value

    def _read_list(self, node: SgNode, _: Sequence[str]) -> Value:
        values = self.read_all(named_children(node))
        is_alone = len(values) == 1 and node.kind() == "expression_list"  # Go writes every value as a list of values
        return values[0] if is_alone else calls.make_list(values)

    def _read_literal(self, node: SgNode, fields: Sequence[str]) -> Value:
        """Go's `[]string{...}` and `map[string]string{...}`."""
        kind, body = node.field(fields[0]), node.field(fields[1])
        keyed = [child for child in named_children(body) if child.kind() == "keyed_element"] if body else []
        name = self.read(kind) if kind is not None and self.row(kind)[0] else None
        value = self._read_map(body, ()) if keyed and body is not None else self.read(body)
        return replace(value, path=name.path if name is not None else "")

    def _read_map(self, node: SgNode, _: Sequence[str]) -> Value:
        entries: dict[str, Value] = {}
        for child in named_children(node):
            pair = named_children(child)
            if child.kind() == "shorthand_property_identifier":
                entries[child.text()] = self.read(child)
            elif len(pair) == 2:
                entries[self._key(pair[0])] = self.read(pair[1])
            else:
                entries[f"*{len(entries)}"] = self.read(child)
        return Value(entries=entries)

    def _key(self, node: SgNode) -> str:
        if node.kind() in {"property_identifier", "literal_element"} or not self.row(node)[0]:
            return node.text().strip("\"'`")
        return self.read(node).text or "*"

    def _read_comprehension(self, node: SgNode, _: Sequence[str]) -> Value:
        inner = self.scope
        self.scope = inner.branch()
        body, *clauses = named_children(node)
        for clause in clauses:
            left, right = clause.field("left"), clause.field("right")
            if left is not None and right is not None:
                self.bind(left, calls.element(self.read(right), None, shorten(left)))
            else:
                self.read(clause)
        value = self.read(body)
        self.scope = inner
        return Value(entries={"*": value}, is_made=value.is_made)

    def bind(self, target: SgNode, value: Value) -> None:
        """Give a value to a name, an attribute or several of them."""
        raise NotImplementedError


def _unescape(text: str) -> str:
    return _ESCAPE.sub(lambda found: _ESCAPED.get(found[1] or "", found[1] or " "), text) if "\\" in text else text
