"""The functions of a file: what each is given and gives back, also where another function of the file calls it.

Its one rule: a function of the same file is read with what it is called with, since its text says what comes of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import reduce

from ast_grep_py import SgNode

from coding_standards.engines.flow.expressions import MAX_TEXT, named_children
from coding_standards.engines.flow.macros import Macros
from coding_standards.engines.flow.parameters import Parameter, is_event, list_parameters
from coding_standards.engines.flow.scope import Scope
from coding_standards.engines.flow.value import ALL, Hole, TrustLevel, Value, either, unknown

BLOCKS = frozenset({"block", "statement_block", "module", "program", "source_file", "statement_list"})
MAX_CALLED_CHARS = 40_000
"""Of functions that are read once more for a call, all together; more is only hostile or generated."""
MAX_CALL_DEPTH = 3
_OWN = ("self.", "this.")
"""How the names of attributes begin that another method may use."""
_SELVES = frozenset({"self", "cls", "this"})
_HOLDERS = re.compile(r"class|impl_item|decorated|export|declaration_list|block")
"""Kinds of nodes that hold functions of the file."""
_KEEPS = re.compile(r"\b(?:self|this)\.\w+ *\+?= *[^=\s]")
_DIGITS = frozenset(
    {"int", "long", "float", "double", "bool", "boolean", "Integer", "Long", "UUID", "number", "Decimal"}
)
_NUMBER_TYPE = re.compile(r"u?int\d*|[iuf](?:8|16|32|64|128|size)|float\d+")


class Functions(Macros):
    """Reads functions, where they are met and where they are called."""

    words: re.Pattern[str] = re.compile("")
    """What a function must have in its text to be walked."""

    def walk_file(self, tree: SgNode) -> None:
        """All of a file: what stands at its top, then each function where it is met."""
        self.own: dict[str, SgNode | None] = {}
        self.classes: set[str] = set()
        self.file_scope = self.scope
        frameworks = {path.partition(".")[0] for path in self.imports.values()}
        self.answers_data = not frameworks.isdisjoint(self.vocabulary.data_frameworks)
        self._called_chars, self._call_depth = 0, 0
        self._collect_functions(tree, is_top=True)
        own = {name: node for name, node in self.own.items() if node is not None}
        self.aliases |= {name for name, node in own.items() if self.words.search(self.text_of(node))}
        self.read(tree)

    def _collect_functions(self, tree: SgNode, is_top: bool) -> None:
        """Those at the top and in classes; a name that two have is nobody's."""
        for node in named_children(tree):
            name = node.field("name")
            if self.row(node)[0] == "function":
                if name is not None:
                    self.own[name.text()] = None if name.text() in self.own else node
                    if is_top:
                        self.functions[name.text()] = node
            elif _HOLDERS.search(node.kind()):
                if name is not None:
                    self.classes.add(name.text())
                self._collect_functions(node, is_top and "export" in node.kind())

    def _read_function(self, node: SgNode, _: Sequence[str]) -> Value:
        inner = self.scope.branch()
        inner.given_back = []
        inner.later = set(inner.checked)
        inner.is_handler = self.vocabulary.handlers.search(self.decorators(node)) is not None
        outer, self.scope = self.scope, inner
        tests = self.tests
        self._bind_receiver(node)
        parameters = list_parameters(node, self.grammar)
        is_fed = is_event(parameters, self.vocabulary)
        element, self.element = self.element, None
        for number, parameter in enumerate(parameters):
            value = self.parameter(parameter, is_fed and number == 0)
            is_known = number == 0 and element is not None and element.trust != TrustLevel.UNKNOWN
            self.bind(parameter.target, element if is_known and element is not None else value)
        body = node.field("body")
        returned = self._read_body(body, outer) if body is not None and self.is_worth(body) else None
        self.scope, self.tests = outer, tests
        return replace(unknown("function", path="function"), returned=returned)

    def _read_body(self, body: SgNode, outer: Scope) -> Value | None:
        """What a function gives back, whose parameters are bound; None where nothing is known of it."""
        value = self.read(body)
        if not self.scope.given_back and (self.grammar == "rust" or body.kind() not in BLOCKS):
            self.note_use("function.return", None, [value], {}, body, "return")
            if value.is_made:
                self.note_use("text.made", None, [value], {}, body, "set")
            self.scope.given_back.append(value)
        outer.names |= {name: held for name, held in self.scope.names.items() if name.startswith(_OWN)}
        return reduce(either, self.scope.given_back) if self.scope.given_back else None

    def call_own(
        self, path: str, receiver: Value | None, arguments: Sequence[Value], keywords: Mapping[str, Value]
    ) -> Value | None:
        """What a function of this file gives for these arguments; None where it is none, or where it says nothing."""
        node = self._find_own(path, receiver)
        body = node.field("body") if node is not None else None
        if node is None or body is None or self._call_depth >= MAX_CALL_DEPTH:
            return None
        self._called_chars += len(body.text())
        if self._called_chars > MAX_CALLED_CHARS:
            return None
        outer, tests, element = self.scope, self.tests, self.element
        self.scope = Scope(dict(self.file_scope.names), set(outer.checked), outer.later)
        self.scope.names |= {held: value for held, value in outer.names.items() if held.startswith(_OWN)}
        self.element = None
        self._call_depth += 1
        self._bind_receiver(node)
        given = list(arguments)
        for parameter in list_parameters(node, self.grammar):
            text = parameter.target.text()
            if text not in _SELVES:
                value = given.pop(0) if given else keywords.get(text)
                self.bind(parameter.target, value if value is not None else self.parameter(parameter, False))
        returned = self._read_body(body, outer)
        self._call_depth -= 1
        outer.checked |= self.scope.checked
        self.scope, self.tests, self.element = outer, tests, element
        return returned

    def _bind_receiver(self, node: SgNode) -> None:
        """Let Go's name for the receiver of a method stand for it."""
        listed = node.field("receiver")
        for one in named_children(listed) if listed is not None else []:
            name = one.field("name")
            if name is not None:
                self.bind(name, unknown(name.text(), TrustLevel.PARAMETER, "self"))

    def _find_own(self, path: str, receiver: Value | None) -> SgNode | None:
        before, _, name = path.rpartition(".")
        if receiver is not None:
            return self.own.get(name) if receiver.path in _SELVES or receiver.path in self.classes else None
        is_known = before == "local" or (self.grammar == "java" and not before)
        return self.own.get(name) if is_known else None

    def parameter(self, parameter: Parameter, is_fed: bool) -> Value:
        """What a parameter holds when its function is called."""
        text = parameter.target.text()[:MAX_TEXT]
        kind = self.resolve_type(parameter.kind) if parameter.kind else ""
        if kind.rpartition(".")[2] in _DIGITS or _NUMBER_TYPE.fullmatch(kind):
            return unknown(text, TrustLevel.PARAMETER, kind).cleaned({ALL})
        is_outside = self.vocabulary.annotations.search(parameter.notes) is not None
        if self.scope.is_handler and self.grammar == "python":
            is_outside |= text not in {"self", "request"}
        is_outside = is_fed or (is_outside and ("str" in parameter.kind.lower() or not parameter.kind))
        trust = TrustLevel.OUTSIDE if is_outside and not self.scope.is_validated else TrustLevel.PARAMETER
        name = text if text in self.vocabulary.requests else "parameter"
        whole = Value((Hole(trust, text, origins=frozenset({text})),), kind or name, True)
        outside = self._from(kind, False, text) if kind else None
        return replace(outside, is_parameter=True) if outside is not None else whole

    def decorators(self, node: SgNode) -> str:
        """What stands above a function."""
        parent = node.parent()
        if parent is not None and parent.kind() == "decorated_definition":
            return "\n".join(child.text() for child in parent.children() if child.kind() == "decorator")
        return "\n".join(child.text() for child in node.children() if child.kind() in {"modifiers", "decorator"})

    def is_worth(self, body: SgNode) -> bool:
        """Whether a rule may find something in this function."""
        text = self.text_of(body)
        is_short = "\n" not in text  # such as `(item) => ...`, of which the result counts
        if is_short or self.words.search(text) or _KEEPS.search(text):
            return True
        return any(alias in text for alias in self.aliases)
