"""Reading YAML that people wrote: safe, fast (in C where PyYAML has that), and bounded.

Its one rule: whatever the text is, the caller gets plain data or a `YamlError`. What the alias of an anchor stands for
is counted as often as it is named, since whoever walks through the data meets it that often.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

MAX_DEPTH = 100
"""Nobody nests a rule as deep as that; what walks through the data in recursion breaks off at ten times as much."""
MAX_REPEATED = 10_000
"""Nodes that aliases may stand for beside those that are written, in one text."""
_CHARS_A_NODE = 50
"""A text counts as so many nodes as it is long."""
MAX_VALUE = 100
"""Characters of a number or a date: Python takes minutes to read a number that is long enough, or refuses it."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_STRINGS: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_TEXT = "tag:yaml.org,2002:str"
_MAX_REASON = 300


class YamlError(ValueError):
    """A text that is no YAML, or none that is used here; the text is the reason, in one line."""


def load_yaml(text: str) -> object:
    """The data of a text with one document; None for an empty one.

    Raises:
        YamlError: it is no YAML, has two documents or an odd value, or is too deep or too large.
    """
    documents = load_all_yaml(text)
    if len(documents) > 1:
        raise YamlError("there is a second document; remove the line `---`")
    return documents[0] if documents else None


def load_all_yaml(text: str, loader_class: Any = _LOADER) -> list[object]:
    """The data of each document of a text.

    Raises:
        YamlError: as `load_yaml`.
    """
    try:
        loader = loader_class(text.removeprefix("\ufeff"))
        try:
            return list(_construct_documents(loader))
        finally:
            loader.dispose()
    except YamlError:
        raise
    except RecursionError as error:
        raise YamlError("nested too deeply") from error
    except Exception as error:  # beside its own errors PyYAML lets through what encoders, int(), date() and so on raise
        raise YamlError(" ".join(str(error).split())[:_MAX_REASON] or type(error).__name__) from error


def load_all_strings(text: str) -> list[object]:
    """The data of each document of a text with every scalar left as the text that it is: `1.10` stays `1.10`.

    Lock files are read so: their numbers and merged keys can be written so that it takes hours to understand them.

    Raises:
        YamlError: as `load_yaml`.
    """
    return load_all_yaml(text, _STRINGS)


def load_strings(text: str) -> object:
    """The same of a text's first document; what follows it is passed over."""
    documents = load_all_strings(text)
    return documents[0] if documents else None


def load_our_yaml(text: str) -> list[object]:
    """The same for the files that come with the program, which the tests have looked at: in three quarters of the time.

    Raises:
        YamlError: it is no YAML.
    """
    try:
        return list(yaml.load_all(text, Loader=_LOADER))
    except yaml.YAMLError as error:
        raise YamlError(" ".join(str(error).split())[:_MAX_REASON]) from error


def _construct_documents(loader: Any) -> Iterator[object]:
    census = _Census()
    while loader.check_node():
        node = loader.get_node()
        census.size(node, 1)
        try:
            yield loader.construct_document(node)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            if reason := _find_culprit(loader, node):
                raise YamlError(reason) from error
            raise


class _Census:
    """Looks at every node before Python data is made of it, and counts how often each will be met."""

    def __init__(self) -> None:
        self._sizes: dict[yaml.Node, int] = {}
        self._open: set[yaml.Node] = set()
        self._repeated = 0

    def size(self, node: yaml.Node, depth: int) -> int:
        """The number of nodes met in a walk through `node`.

        Raises:
            YamlError: it cannot be used.
        """
        known = self._sizes.get(node)
        if known is not None:
            self._repeated += known
            if self._repeated > MAX_REPEATED:
                raise YamlError(f"{_name_line(node)}: aliases repeat more than {MAX_REPEATED:,} values; write fewer")
            return known
        if isinstance(node, yaml.ScalarNode):
            size = self._sizes[node] = _measure_scalar(node)
            return size
        if node in self._open:
            raise YamlError(f"{_name_line(node)}: an alias stands in what it stands for")
        if depth > MAX_DEPTH:
            raise YamlError(f"{_name_line(node)}: nested more than {MAX_DEPTH} deep")
        self._open.add(node)
        size, children = _inspect(node) if isinstance(node, yaml.MappingNode) else (1, node.value)
        for child in children:
            size += self.size(child, depth + 1)
        self._sizes[node] = size
        self._open.remove(node)
        return size


def _measure_scalar(node: yaml.ScalarNode) -> int:
    if node.tag != _TEXT and len(node.value) > MAX_VALUE:
        raise YamlError(f"{_name_line(node)}: a number or a date has more than {MAX_VALUE} characters; quote a text")
    return 1 + len(node.value) // _CHARS_A_NODE


def _inspect(mapping: yaml.MappingNode) -> tuple[int, list[yaml.Node]]:
    """The size of the keys of a mapping, and its values.

    The keys must be plain and differ: YAML's own loaders silently keep the last of two, and half a rule is gone.
    """
    seen: set[str] = set()
    size = 1
    for key, _ in mapping.value:
        if not isinstance(key, yaml.ScalarNode):
            raise YamlError(f"{_name_line(key)}: a key must be plain text, not a list or a mapping")
        if key.value in seen:
            raise YamlError(f"{_name_line(key)}: the key {key.value[:60]!r} stands twice")
        size += _measure_scalar(key)
        seen.add(key.value)
    return size, [value for _, value in mapping.value]


def _find_culprit(loader: Any, node: yaml.Node) -> str | None:
    """The line of the first value that cannot be read, and why."""
    loader.recursive_objects.clear()  # where the failed attempt stopped
    waiting, seen = [node], {node}
    while waiting:
        current = waiting.pop()
        if isinstance(current, yaml.ScalarNode):
            try:
                loader.construct_object(current)
            except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
                reason = f": {error}" if isinstance(error, ValueError) else f" as `{current.tag.rpartition(':')[2]}`"
                return f"{_name_line(current)}: the value {current.value[:MAX_VALUE]!r} cannot be read{reason}"
            continue
        pairs = current.value if isinstance(current, yaml.MappingNode) else ()
        children = [child for pair in pairs for child in pair] if pairs else current.value
        fresh = [child for child in children if child not in seen]
        seen.update(fresh)
        waiting += reversed(fresh)
    return None


def _name_line(node: yaml.Node) -> str:
    return f"line {node.start_mark.line + 1}"
