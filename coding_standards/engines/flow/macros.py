"""Rust's macros: tokens that no grammar reads, between commas.

Its one rule: a group of tokens is what its first name is; only a text to be formatted is read further.
"""

from __future__ import annotations

from collections.abc import Sequence

from ast_grep_py import SgNode

from coding_standards.engines.astgrep.structure import split_arguments
from coding_standards.engines.flow import calls
from coding_standards.engines.flow.expressions import MAX_TEXT, shorten
from coding_standards.engines.flow.invocations import Invocations
from coding_standards.engines.flow.templates import fill_braces
from coding_standards.engines.flow.value import ALL, Value, concatenate, unknown

_FORMATS = frozenset({"format", "format_args", "concat"})
_WRITES = frozenset({"write", "writeln"})


class Macros(Invocations):
    """Reads macros."""

    def _read_macro(self, node: SgNode, _: Sequence[str]) -> Value:
        """Rust's macros: the tokens between commas, read one by one."""
        macro = node.field("macro")
        name = macro.text().rpartition("::")[2] if macro is not None else ""
        tree = next((child for child in node.children() if child.kind() == "token_tree"), None)
        groups = split_arguments(tree) if tree is not None else []
        values = [self._read_tokens(group) for group in groups]
        text = shorten(node)
        if name in _FORMATS and values:
            return fill_braces(values[0], values[1:], {}, self.find_name)
        if name in _WRITES and len(values) > 1:
            made = fill_braces(values[1], values[2:], {}, self.find_name)
            target = groups[0][-1].text()
            held = self.scope.names.get(target)
            if held is not None:
                self.scope.names[target] = concatenate([held, made])
            self.note_use("text.made", None, [made], {}, node, "set")
            return made
        if name == "vec":
            return calls.make_list(values)
        self.note_use(f"{name}!", None, values, {}, node)
        return unknown(text)

    def _read_tokens(self, tokens: Sequence[SgNode]) -> Value:
        named = [token for token in tokens if token.is_named()]
        if len(named) == 1:
            return self.read(named[0])
        text = "".join(token.text() for token in tokens)[:MAX_TEXT]
        if text.endswith((".len()", ".count()")):
            return unknown(text).cleaned({ALL})
        names = [token for token in named[:1] if token.kind() in {"identifier", "self"}]
        whole = [self.read(token) for token in names]
        if any(token.kind() == "string_literal" for token in named) and "format!" in text:
            inner = next((token for token in named if token.kind() == "token_tree"), None)
            values = [self._read_tokens(group) for group in split_arguments(inner)] if inner is not None else []
            return fill_braces(values[0], values[1:], {}, self.find_name) if values else unknown(text)
        return calls.default(text, None, whole, text)
