"""The walk through the functions of a file in the order of their statements; what it meets is a list of uses.

Its one rule: each function is walked once, and only where the text has a word that a rule asks for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce

from ast_grep_py import SgNode

from coding_standards.engines.flow import calls
from coding_standards.engines.flow.expressions import MAX_TEXT, named_children, part_of, shorten
from coding_standards.engines.flow.functions import BLOCKS, Functions
from coding_standards.engines.flow.scope import Scope
from coding_standards.engines.flow.value import Hole, TrustLevel, Value, constant, either, unknown

_ENDS = frozenset({"return_statement", "raise_statement", "throw_statement", "return_expression"})
_SPLITS = frozenset(
    {
        "case_clause",
        "switch_case",
        "switch_default",
        "switch_block_statement_group",
        "switch_rule",
        "expression_case",
        "default_case",
        "match_arm",
    }
)


class Walker(Functions):
    """Walks statements; what it has seen is in `uses`."""

    def bind(self, target: SgNode, value: Value) -> None:
        kind = target.kind()
        if kind in {"expression_list", "pattern_list", "tuple_pattern", "list_pattern", "array_pattern", "tuple"}:
            self._bind_several(named_children(target), value)
        elif kind == "object_pattern":
            self._bind_object(target, value)
        elif kind in {"identifier", "shorthand_property_identifier_pattern"}:
            self.scope.names[target.text()] = value
            if value.path and self.words.search(value.path):
                self.aliases.add(target.text())
        elif self.row(target)[0] == "member":
            self._bind_member(target, value)
        elif self.row(target)[0] == "item":
            self._bind_item(target, value)
        else:  # Rust's `Some(x)`, `mut x`; Python's `*rest`
            for child in named_children(target):
                if child.kind() == "identifier" and child.text() not in {"Some", "Ok", "Err"}:
                    self.scope.names[child.text()] = value

    def _bind_several(self, targets: Sequence[SgNode], value: Value) -> None:
        if len(targets) == 1:
            is_taken_apart = value.entries is not None and self.grammar != "go"
            self.bind(targets[0], calls.element(value, "0", "") if is_taken_apart else value)
            return
        for number, target in enumerate(targets):
            is_list = value.entries is not None and len(value.entries) == len(targets)
            # Go's second result is the error.
            one = calls.element(value, str(number), shorten(target)) if is_list else value
            self.bind(target, one if is_list or number == 0 or self.grammar != "go" else unknown(target.text()))

    def _bind_object(self, target: SgNode, value: Value) -> None:
        for child in named_children(target):
            pair = named_children(child)
            name = child if child.kind() == "shorthand_property_identifier_pattern" else (pair or [child])[0]
            key = name.text()
            if child.kind() == "pair_pattern" and len(pair) == 2:
                self.bind(pair[1], self.attribute(value, key, f"{value.path}.{key}"))
            else:
                self.scope.names[key] = self.attribute(value, key, f"{value.path}.{key}")

    def _bind_member(self, target: SgNode, value: Value) -> None:
        owner, name = (part_of(target, field) for field in self.row(target)[1:])
        holder = self.read(owner)
        if name is not None:
            self.note_use(f"{holder.path or '?'}.{name.text()}", holder, [value], {}, target, "set")
        self.scope.names[shorten(target)] = value

    def _bind_item(self, target: SgNode, value: Value) -> None:
        owner, key = (part_of(target, field) for field in self.row(target)[1:])
        if owner is None or key is None:
            return
        held = self.read(owner)
        keys = [self.read(key)]
        name = keys[0].text
        if name and name.isidentifier():
            self.note_use(f"{held.path or '?'}.{name}", held, [value], {}, target, "set")
        self.scope.names[shorten(owner)] = calls.put(held, keys, value)

    def _read_assign(self, node: SgNode, fields: Sequence[str]) -> Value:
        target, source = part_of(node, fields[0]), node.field(fields[1])
        operator = node.field("operator")
        if operator is not None and operator.text() in {"+=", ".=", "||=", "??="}:
            return self._read_grow(node, fields)
        kind = self._name_declared(node)
        if target is None or (source is None and not kind):
            return constant("")
        value = self.read(source) if source is not None else self._empty(kind)
        if kind and (not value.path or self.grammar == "java"):
            value = replace(value, path=self.resolve_type(kind), is_parameter=False)
        self.bind(target, value)
        if value.is_made:
            first = value.parts[0] if value.parts else ""
            is_own = isinstance(first, Hole) and first.text == target.text()
            more = replace(value, parts=value.parts[1:]) if is_own else value
            self.note_use("text.added" if is_own else "text.made", None, [more], {}, node, "set")
        return value

    def _name_declared(self, node: SgNode) -> str:
        """The name of the type that is declared, without what it is filled with."""
        kind = node.field("type")
        if kind is None and node.kind() == "variable_declarator":
            parent = node.parent()
            kind = parent.field("type") if parent is not None else None
        text = kind.text().lstrip(":&* ").partition("<")[0].strip() if kind is not None else ""
        return "" if text in {"var", "String", "string", "str", "&str"} else text

    def _empty(self, kind: str) -> Value:
        """A variable without a value yet."""
        is_text = self.resolve_type(kind).rpartition(".")[2] in self.vocabulary.builders
        return Value() if is_text else Value((Hole(TrustLevel.UNKNOWN, kind[:MAX_TEXT]),))

    def _read_grow(self, node: SgNode, fields: Sequence[str]) -> Value:
        target, source = node.field(fields[0]), node.field(fields[1])
        operator = node.field("operator")
        is_text = operator is None or operator.text() in {"+=", ".=", "||=", "??="}
        if target is None:
            return constant("")
        before, more = self.read(target), self.read(source)
        value = calls.add([before, more]) if is_text else before
        if more.is_made:
            self.note_use("text.added", None, [more], {}, node, "set")
        if operator is not None and operator.text() in {"||=", "??="}:
            value = either(before, more)
        value = replace(value, path=before.path)
        if self.row(target)[0] == "member":  # what it held already was told where it was put there
            self._bind_member(target, more)
            self.scope.names[shorten(target)] = value
        else:
            self.bind(target, value)
        return value

    def _read_as(self, node: SgNode, _: Sequence[str]) -> Value:
        """`with open(a) as b`."""
        first, *others = named_children(node)
        value = self.read(first)
        for target in others:
            for name in named_children(target):
                self.bind(name, value)
        return value

    def _read_if(self, node: SgNode, fields: Sequence[str]) -> Value:
        for child in named_children(node):
            if child.kind() in {"short_var_declaration"}:
                self.read(child)
        condition = node.field(fields[0])
        asked = self.ask(condition)
        decided = calls.truth(asked) if condition is not None else None
        before = self.scope
        if self._is_answer(asked):
            before.check(asked.as_hole("").origins)
        yes, no = before.branch(), before.branch()
        others = [child for child in node.children() if child.kind() in {"elif_clause", "else_clause"}]
        alternative = node.field(fields[2])
        results = [constant("")]
        if decided is not False:
            self.scope = yes
            results.append(self.read(node.field(fields[1])))
        if decided is not True:
            self.scope = no
            results += self.read_all(others or ([alternative] if alternative is not None else []))
        ways = [way for way, is_open in ((yes, decided is not False), (no, decided is not True)) if is_open]
        self.scope = before
        before.join(ways)
        return results[-1] if len(results) == 2 else either(results[1], results[-1]) if len(results) > 2 else results[0]

    def _is_answer(self, value: Value) -> bool:
        """Whether it is what a function said of something, as in `ok = is_allowed(x)`."""
        is_source = self.vocabulary.sources.match(value.path, value.is_parameter)
        is_call = len(value.holes) == 1 and value.holes[0].text.endswith(")")
        return is_call and not is_source and value.path.rpartition(".")[2] not in self.vocabulary.weak

    def _read_loop(self, node: SgNode, _: Sequence[str]) -> Value:
        before = self.scope.branch()
        for child in named_children(node):
            self.read(child)
        self.scope.has_ended = False
        self.scope.join([self.scope.branch(), before])
        return constant("")

    def _read_each(self, node: SgNode, fields: Sequence[str]) -> Value:
        before = self.scope.branch()
        left, right, body = (node.field(field) for field in fields)
        value = self.read(right)
        if left is not None:
            one = calls.element(value, None, shorten(left))
            is_pair = self.grammar == "go" and left.kind() == "expression_list"
            names = named_children(left)
            self.bind(names[1] if is_pair and len(names) > 1 else left, one)
        if body is not None:
            self.read(body)
        self.scope.has_ended = False
        self.scope.join([self.scope.branch(), before])
        return constant("")

    def _read_switch(self, node: SgNode, fields: Sequence[str]) -> Value:
        subject = self.read(node.field(fields[0]))
        body = node.field(fields[1])
        before = self.scope
        cases = [one for one in named_children(body or node) if one.kind() in _SPLITS]
        ways: list[Scope] = []
        values: list[Value] = []
        has_default = False
        for case in cases:
            labels = _labels(case)
            is_default = not labels or labels == ["_"]
            has_default |= is_default
            if subject.text and subject.text not in labels and not (is_default and not ways):
                continue
            self.scope = before.branch()
            if not is_default:
                self.scope.check(subject.as_hole("").origins)
            values += self.read_all(named_children(case))[-1:]
            ways.append(self.scope)
        self.scope = before
        before.join(ways if has_default and ways else [*ways, before.branch()])
        return reduce(either, values) if values else constant("")

    def _read_try(self, node: SgNode, _: Sequence[str]) -> Value:
        before = self.scope.branch()
        ways: list[Scope] = []
        for child in named_children(node):
            if "catch" in child.kind() or "except" in child.kind():
                kept, self.scope = self.scope, before.branch()
                self.read(child)
                ways.append(self.scope)
                self.scope = kept
            elif "finally" in child.kind():
                ways.append(self.scope.branch())
                self.scope.join(ways)
                self.read(child)
                return constant("")
            else:
                self.read(child)
        ways.append(self.scope.branch())
        self.scope.has_ended = False
        self.scope.join(ways)
        return constant("")

    def _read_return(self, node: SgNode, _: Sequence[str]) -> Value:
        values = self.read_all(named_children(node))
        if values and self.grammar == "go" and values[0].entries:
            values = calls.in_order(values[0])
        if values:
            is_page = self.scope.is_handler and not self.answers_data
            owner = "handler" if is_page else "function"
            self.note_use(f"{owner}.return", None, values, {}, node, "return")
            if values[0].is_made:
                self.note_use("text.made", None, values[:1], {}, node, "set")
            self.scope.given_back += values[:1]
        self.scope.has_ended = True
        return constant("")

    def _read_attribute(self, node: SgNode, _: Sequence[str]) -> Value:
        """JSX: `dangerouslySetInnerHTML={{ __html: x }}`."""
        children = named_children(node)
        value = self.read(children[1]) if len(children) > 1 else constant("")
        self.note_use(f"jsx.{children[0].text()}", None, [value], {}, node, "set")
        return value

    def _look_through(self, node: SgNode) -> Value:
        if node.kind() in _ENDS:
            self.read_all(named_children(node))
            self.scope.has_ended = True
            return constant("")
        if node.kind() not in BLOCKS:
            return super()._look_through(node)
        last = constant("")
        for child in named_children(node):
            if self.scope.has_ended:  # nothing of it is reached, but what is defined there is called from elsewhere
                self.scope.has_ended = False
                self.read(child)
                self.scope.has_ended = True
            else:
                last = self.read(child)
        return last


def _labels(case: SgNode) -> list[str]:
    """The constants that a case stands for."""
    texts = []
    for child in named_children(case):
        if child.kind() in {"case_pattern", "switch_label", "string", "number", "expression_list", "match_pattern"}:
            texts += [
                part.strip().strip("\"'") for part in child.text().removeprefix("case ").replace("|", ",").split(",")
            ]
    return [] if texts == ["default"] else texts
