"""Calls, attributes and entries: what they are named once names are resolved, and what they give.

Its one rule: every call is noted as a use, whatever it is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from ast_grep_py import SgNode

from coding_standards.engines.flow import calls
from coding_standards.engines.flow.expressions import (
    CONSTANT_NAME,
    WRAPPED,
    Expressions,
    named_children,
    part_of,
    shorten,
)
from coding_standards.engines.flow.scope import ValueUse
from coding_standards.engines.flow.templates import fill_braces, fill_dollars, fill_mark, fill_percent
from coding_standards.engines.flow.value import ALL, Hole, TrustLevel, Value, concatenate, constant, unknown

_PUTS = frozenset({"put", "set", "setdefault", "setProperty", "setAttribute", "Set", "Store"})
_CHECKS = re.compile(r"(?i)valid|assert|check|ensure|safe|allow|verify|guard")
_VALIDATES = re.compile(r"(?i)\bvalid|schema")
_NARROW_ROUTE = re.compile(r":\w+\([^.()]+\)")
_EACH = frozenset({"map", "flatMap", "flat_map"})
_CALLBACKS = frozenset({"map", "flatMap", "flat_map", "forEach", "for_each", "filter", "some", "every", "find"})
"""Methods that call a function with each element."""
_WRITES = frozenset({"Fprintf", "printf"})
"""Functions that put a text together and send it off at once."""
_SUBSTITUTES = frozenset({"substitute", "safe_substitute"})
"""Methods of Python's `string.Template`."""
_REPLACES = frozenset({"replace", "replaceAll", "ReplaceAll"})
_MODULES = frozenset({"require", "import", "__import__", "importlib.import_module"})


class Invocations(Expressions):
    """Reads calls and what belongs to something."""

    wanted: Collection[str] = ()
    """Last words of what the rules ask for."""
    aliases: set[str]
    """Names of this file for what has such a word in its own name."""

    def note_use(
        self,
        path: str,
        receiver: Value | None,
        arguments: Sequence[Value],
        keywords: Mapping[str, Value],
        node: SgNode,
        kind: str = "call",
    ) -> None:
        """Remember that these values were used here, where a rule may ask for it."""
        if path.rpartition(".")[2] not in self.wanted:
            return
        start = node.range().start
        self.uses.append(
            ValueUse(
                path,
                receiver is not None and receiver.is_parameter,
                tuple(arguments),
                dict(keywords),
                receiver,
                (start.line + 1, start.column + 1),
                frozenset(self.scope.checked),
                self.scope.later,
                kind,
            )
        )

    def attribute(self, owner: Value, name: str, text: str) -> Value:
        """`owner.name`."""
        path = f"{owner.path}.{name}" if owner.path else f"?.{name}"
        if owner.entries is not None and name in owner.entries:
            return owner.entries[name]
        if name in {"length", "size"}:
            return unknown(text, path=path).cleaned({ALL})
        outside = self._from(path, owner.is_parameter, text)
        if outside is not None:
            return outside
        if self.vocabulary.clean["all"].match(path):
            return unknown(text, path=path).cleaned({ALL})
        trust = TrustLevel.CONSTANT if CONSTANT_NAME.match(text) and not owner.is_parameter else None
        if owner.trust == TrustLevel.PARAMETER and trust is None and owner.entries is None:
            trust = TrustLevel.PARAMETER
        if owner.trust == TrustLevel.OUTSIDE and trust is None:
            return replace(calls.derive(owner, text), path=path, is_parameter=owner.is_parameter)
        kept = TrustLevel.UNKNOWN if trust is None else trust
        return Value(
            (Hole(kept, text, origins=frozenset({text})),), path, owner.is_parameter, is_import=owner.is_import
        )

    def _read_member(self, node: SgNode, fields: Sequence[str]) -> Value:
        text = shorten(node)
        known = self.scope.names.get(text)
        if known is not None:
            return known
        owner, name = part_of(node, fields[0]), part_of(node, fields[1])
        return self.attribute(self.read(owner), name.text() if name is not None else "", text)

    def _read_item(self, node: SgNode, fields: Sequence[str]) -> Value:
        text = shorten(node)
        owner, key = part_of(node, fields[0]), part_of(node, fields[1])
        if key is not None and key.kind() == "slice":
            return replace(calls.derive(self.read(owner), text), is_made=False)
        value, place = self.read(owner), self.read(key)
        name = place.text
        found = calls.element(value, name, text)
        if found.path and name is not None and value.entries is None:
            outside = self._from(f"{value.path}.{name}", value.is_parameter, text)
            return outside or found
        return found

    def _read_call(self, node: SgNode, fields: Sequence[str]) -> Value:
        callee = part_of(node, fields[0])
        if callee is None:
            return unknown(shorten(node))
        row = self.row(callee)
        if row[0] == "member":
            owner, name = part_of(callee, row[1]), part_of(callee, row[2])
            return self._call(node, owner, name.text() if name is not None else "", node.field(fields[1]))
        is_type = callee.kind().endswith(("type_identifier", "generic_type"))
        path = self.resolve_type(callee.text().partition("<")[0]) if is_type else self.read(callee).path
        return self._call(node, None, path or shorten(callee), node.field(fields[1]))

    def _read_invoke(self, node: SgNode, fields: Sequence[str]) -> Value:
        name = node.field(fields[1])
        return self._call(node, node.field(fields[0]), name.text() if name is not None else "", node.field(fields[2]))

    def _call(self, node: SgNode, owner: SgNode | None, name: str, listed: SgNode | None) -> Value:
        receiver = self.read(owner) if owner is not None else None
        path = name if receiver is None else f"{receiver.path or '?'}.{name}"
        self.element = calls.element(receiver, None, "") if receiver is not None and name in _CALLBACKS else None
        arguments, keywords = self._arguments(listed)
        self.element = None
        self.note_use(path, receiver, arguments, keywords, node)
        self._note_tests(node, path, receiver, [*arguments, *keywords.values()])
        text = shorten(node)
        value = self._known_result(path, name, receiver, arguments, keywords, text, owner)
        if value is None:
            value = self.call_own(path, receiver, arguments, keywords)
        if value is not None:
            if value.is_made and name in _WRITES:
                self.note_use("text.made", None, [value], {}, node, "set")
            return value
        made = calls.default(path, receiver, [*arguments, *keywords.values()], text)
        is_whole = any(argument.path in self.vocabulary.wholes for argument in arguments)
        return replace(made, path=WRAPPED) if is_whole else made

    def call_own(
        self, path: str, receiver: Value | None, arguments: Sequence[Value], keywords: Mapping[str, Value]
    ) -> Value | None:
        """What a function of this file gives for these arguments."""
        raise NotImplementedError

    def _arguments(self, listed: SgNode | None) -> tuple[list[Value], dict[str, Value]]:
        if listed is None:
            return [], {}
        if listed.kind() == "generator_expression":
            return [self.read(listed)], {}
        if listed.kind() == "template_string":  # a tag is given its values apart
            return [self.read(listed).cleaned({ALL})], {}
        nodes = named_children(listed)
        before = self.scope.is_validated
        is_beside = any(self.row(node)[0] == "function" for node in nodes)
        self.scope.is_validated = before or any(self._is_narrow(n) or (is_beside and self._validates(n)) for n in nodes)
        arguments: list[Value] = []
        keywords: dict[str, Value] = {}
        for child in nodes:
            if child.kind() == "keyword_argument":
                name = child.field("name")
                keywords[name.text() if name is not None else ""] = self.read(child.field("value"))
                continue
            if child.kind() == "dictionary_splat":
                given = self.read(child)
                keywords |= given.entries if given.entries is not None else {"**": given}
                continue
            value = self.read(child)
            is_spread = child.kind() in {"list_splat", "spread_element", "variadic_argument"}
            arguments += calls.in_order(value) if is_spread and value.entries is not None else [value]
        self.scope.is_validated = before
        return arguments, keywords

    def _validates(self, node: SgNode) -> bool:
        """Whether an argument beside a function checks the request before it."""
        return self.row(node)[0] in {"call", "name", "member", "map"} and _VALIDATES.search(node.text()) is not None

    def _is_narrow(self, node: SgNode) -> bool:
        """Whether it is a route that says what its parameters may be, as in `/:id(\\\\d+)`."""
        return "string" in node.kind() and _NARROW_ROUTE.search(node.text()) is not None

    def _note_tests(self, node: SgNode, path: str, receiver: Value | None, arguments: Sequence[Value]) -> None:
        """What a call in a condition, or a call whose name says so, has checked."""
        last = path.rpartition(".")[2]
        parent = node.parent() if not self.is_asked else None
        is_check = parent is not None and parent.kind() == "expression_statement" and _CHECKS.search(last)
        if not (self.is_asked or is_check):
            return
        given = [*arguments, *([receiver] if receiver is not None else [])]
        origins = frozenset(o for value in given for o in value.as_hole("").origins)
        if not origins or last in self.vocabulary.weak:
            return
        self.tests.append(origins)
        if is_check:
            self.scope.check(origins)

    def _known_result(
        self,
        path: str,
        name: str,
        receiver: Value | None,
        arguments: Sequence[Value],
        keywords: Mapping[str, Value],
        text: str,
        owner: SgNode | None,
    ) -> Value | None:
        vocabulary = self.vocabulary
        is_parameter = receiver is not None and receiver.is_parameter
        outside = self._from(path, is_parameter, text)
        if outside is not None:
            return outside
        purposes = vocabulary.purposes(path, is_parameter) or _find_replaced(name, arguments)
        if purposes:
            given = [*arguments[:1], *([receiver] if receiver is not None else [])]
            whole = calls.default(path, None, [*given, *arguments[1:]], text)
            return whole.cleaned(purposes)
        if path == "getattr" and len(arguments) > 1 and arguments[1].text:
            return self.attribute(arguments[0], arguments[1].text, text)
        if path in _MODULES and arguments and arguments[0].text:
            return replace(
                unknown(text, path=arguments[0].text.removeprefix("node:").replace(".", "_")), is_import=True
            )
        if name in _EACH and arguments and arguments[0].returned is not None:
            returned = arguments[0].returned
            return Value(entries={"*": returned}, is_made=returned.is_made)
        if vocabulary.percent.match(path):
            return self._fill(receiver, arguments, keywords, is_percent=True, path=path)
        if vocabulary.braces.match(path):
            return self._fill(receiver, arguments, keywords, is_percent=False, path=path)
        if vocabulary.joins.match(path):
            return _join(receiver, arguments)
        if receiver is not None and name in vocabulary.grows:
            return self._grow(receiver, arguments, name, owner)
        if receiver is None and name == "append" and arguments:  # Go's
            return calls.grow(arguments[0], arguments[1:], "add")
        if name in _SUBSTITUTES and receiver is not None and receiver.text:
            named = [argument.entries for argument in arguments if argument.entries is not None]
            return fill_dollars(receiver, {key: one for entries in [*named, keywords] for key, one in entries.items()})
        if name in _REPLACES and receiver is not None and _puts_value_in(receiver, arguments):
            return fill_mark(receiver, arguments[0].text or "", arguments[1])
        if name.rpartition(".")[2] in vocabulary.same or path in vocabulary.same:
            if receiver is not None and (not receiver.is_import or not arguments):
                return replace(receiver, number=None)
            return replace(arguments[0], number=None) if arguments else None
        if vocabulary.lists.match(path):
            return replace(calls.make_list(arguments), path=path)
        if name.rpartition(".")[2] in vocabulary.builders or path in vocabulary.builders:
            return replace(concatenate(arguments), path=path)
        return self._store(receiver, name, arguments, text, owner)

    def _store(
        self, receiver: Value | None, name: str, arguments: Sequence[Value], text: str, owner: SgNode | None
    ) -> Value | None:
        """The result of a call that puts something into a mapping or takes it out."""
        if receiver is None or owner is None:
            return None
        if name in _PUTS and len(arguments) >= 2:
            held = calls.put(receiver, arguments[:-1], arguments[-1])
            self._keep(owner, held)
            return held
        taken = calls.take(receiver, name, arguments, text)
        if taken is None:
            return None
        value, left = taken
        self._keep(owner, left)
        return value

    def _fill(
        self,
        receiver: Value | None,
        arguments: Sequence[Value],
        keywords: Mapping[str, Value],
        is_percent: bool,
        path: str,
    ) -> Value:
        is_own = receiver is not None and bool(receiver.parts) and path.rpartition(".")[2] in {"formatted", "format"}
        is_own = is_own and not path.startswith(("String.", "util.", "MessageFormat."))
        place = 1 if path.endswith("Fprintf") and len(arguments) > 1 and not is_own else 0
        template = receiver if is_own and receiver is not None else arguments[place] if len(arguments) > place else None
        if template is None:
            return unknown(path)
        given = list(arguments if is_own else arguments[place + 1 :])
        if len(given) == 1 and given[0].entries is not None and is_percent:
            given = calls.in_order(given[0])
        if is_percent:
            return fill_percent(template, given, keywords)
        return fill_braces(template, given, keywords, None)

    def _grow(self, receiver: Value, arguments: Sequence[Value], name: str, owner: SgNode | None) -> Value:
        grown = calls.grow(receiver, arguments, name)
        if owner is not None and any(argument.is_made for argument in arguments):
            self.note_use("text.added", None, arguments, {}, owner, "set")
        if owner is not None:
            self._keep(owner, grown)
        return grown

    def _keep(self, owner: SgNode, value: Value) -> None:
        """Let the name at the root of a chain of calls stand for what it has become."""
        node: SgNode | None = owner
        while node is not None:
            row = self.row(node)
            if row[0] == "name" or (row[0] == "member" and shorten(node) in self.scope.names):
                self.scope.names[shorten(node)] = value
                return
            if row[0] == "call":
                callee = part_of(node, row[1])
                inner = self.row(callee) if callee is not None else ("",)
                node = part_of(callee, inner[1]) if callee is not None and inner[0] == "member" else None
            elif row[0] == "invoke":
                node = node.field(row[1])
            elif row[0] == "same":
                node = part_of(node, row[1])
            else:
                return

    def resolve_type(self, name: str) -> str:
        """The dotted path of a type."""
        head, dot, rest = name.replace("::", ".").partition(".")
        return f"{self.imports.get(head, head)}{dot}{rest}"


def _find_replaced(name: str, arguments: Sequence[Value]) -> frozenset[str]:
    """What a text is safe for once a quote or a bracket in it was replaced."""
    if name not in _REPLACES:
        return frozenset()
    replaced = "".join(argument.text or "" for argument in arguments[:2])
    marks = (("'", "sql"), ('"', "sql"), ("'", "query"), ("<", "html"), ("..", "path"))
    return frozenset(purpose for mark, purpose in marks if mark in replaced)


def _puts_value_in(receiver: Value, arguments: Sequence[Value]) -> bool:
    """Whether a constant text is a template of which a mark is replaced by a value."""
    is_value = len(arguments) == 2 and bool(arguments[0].text) and arguments[1].returned is None
    return is_value and bool(receiver.text) and bool(arguments[1].holes)


def _join(receiver: Value | None, arguments: Sequence[Value]) -> Value:
    given = [*arguments]
    if receiver is not None and (receiver.entries is not None or receiver.text is not None):
        given = [receiver, *arguments]
    lists = [value for value in given if value.entries is not None]
    others = [value for value in given if value.entries is None]
    if lists:
        return calls.join(others[0] if others else constant(","), lists[0])
    return concatenate(others)
