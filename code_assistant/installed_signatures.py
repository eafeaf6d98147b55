"""Which keyword arguments an installed function or class takes.

The rule: an answer is given only where the text leaves no doubt; decorators, metaclasses, `**kwargs` and classes
whose `__init__` something else writes are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import griffe

from code_assistant.installed_resolve import Definition, Foreign, Resolver

_MAX_BASES = 40
_KEEPS_SIGNATURE = frozenset(
    [
        "staticmethod",
        "classmethod",
        "abstractmethod",
        "overload",
        "final",
        "override",
        "cache",
        "lru_cache",
        "contextmanager",
        "asynccontextmanager",
        "coroutine",
        "no_type_check",
    ]
)
_KEEPS_CLASS = frozenset(["final", "runtime_checkable", "total_ordering", "dataclass"])
_PLAIN_BASES = re.compile(r"^(object$|abc\.ABC$|typing\.|typing_extensions\.|collections\.abc\.)")
"""Bases without an `__init__` of their own."""
_WRITES_INIT = re.compile(r"^(enum|ctypes)\.|(NamedTuple|TypedDict|Structure|namedtuple)$")
_DATACLASS = "dataclasses.dataclass"
_NAMES_WITH_VALUES = (griffe.ParameterKind.positional_or_keyword, griffe.ParameterKind.keyword_only)


class Signatures:
    """Answers for one resolver's environment."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver

    def keywords(self, definition: Definition) -> frozenset[str] | None:
        """The keyword arguments that a call may name, or None when that is not decided."""
        if isinstance(definition.node, griffe.Function):
            return _of_function(definition.node)
        lineage = self.lineage(definition)
        return None if lineage is None else self._of_class(lineage)

    def method(self, cls: Definition, name: str) -> Definition | None:
        """The method that an object or a class has under a name, or None when it is not plainly one of its classes'."""
        for part in self.lineage(cls) or () if isinstance(cls.node, griffe.Class) else ():
            if isinstance(part, Foreign):
                if _PLAIN_BASES.match(part.path):
                    continue
                return None
            node = part.node.members.get(name)
            if "__new__" in part.node.members:
                return None  # what it makes may be of another class
            if node is not None:
                return Definition(part.module, node) if isinstance(node, griffe.Function) else None
        return None

    def lineage(self, definition: Definition) -> tuple[Definition | Foreign, ...] | None:
        """A class and all its bases, nearest first; None when one is not known or makes classes its own way."""
        found: list[Definition | Foreign] = []
        waiting: list[Definition | Foreign | None] = [definition]
        while waiting:
            current = waiting.pop(0)
            if current is None or len(found) > _MAX_BASES:
                return None
            found.append(current)
            if isinstance(current, Foreign):
                if _WRITES_INIT.search(current.path):
                    return None
                continue
            node = current.node
            if not isinstance(node, griffe.Class) or not self._is_plain(current, node):
                return None
            waiting[:0] = [self._base(current, str(base)) for base in node.bases]
        return tuple(found)

    def _base(self, owner: Definition, shown: str) -> Definition | Foreign | None:
        target = self._resolver.in_module(owner.module, shown.partition("[")[0])
        return target if isinstance(target, Definition | Foreign) else None

    def _is_plain(self, owner: Definition, node: griffe.Class) -> bool:
        keywords = {name: str(value) for name, value in node.keywords.items()}
        if keywords.pop("metaclass", "ABCMeta").rpartition(".")[2] != "ABCMeta" or keywords:
            return False
        return all(
            _name(decorator) in _KEEPS_CLASS
            and (_name(decorator) != "dataclass" or self._is_standard(owner, decorator))
            for decorator in node.decorators
        )

    def _is_standard(self, owner: Definition, decorator: griffe.Decorator) -> bool:
        shown = str(decorator.value)
        target = self._resolver.in_module(owner.module, shown.partition("(")[0])
        return isinstance(target, Foreign) and target.path == _DATACLASS

    def _of_class(self, lineage: tuple[Definition | Foreign, ...]) -> frozenset[str] | None:
        """Of several bases with an `__init__`, what any of them takes: which one Python picks need not be known."""
        if any(isinstance(cls, Definition) and "__new__" in cls.node.members for cls in lineage):
            return None
        makers = [
            cls for cls in lineage if isinstance(cls, Definition) and ("__init__" in cls.node.members or _is_data(cls))
        ]
        if not makers:
            return None
        if _is_data(makers[0]) and "__init__" not in makers[0].node.members:
            return _fields(makers)
        if _is_chain(lineage[: lineage.index(makers[0])]):
            return _of_init(makers[0])
        is_plain = all(_PLAIN_BASES.match(cls.path) for cls in lineage if isinstance(cls, Foreign))
        return _union(_of_init(cls) for cls in makers) if is_plain else None


def _is_chain(classes: tuple[Definition | Foreign, ...]) -> bool:
    """True when each class has one base: then the next `__init__` is the one."""
    return all(
        isinstance(cls.node, griffe.Class) and len(cls.node.bases) == 1
        for cls in classes
        if isinstance(cls, Definition)
    ) and not any(isinstance(cls, Foreign) for cls in classes)


def _of_init(cls: Definition) -> frozenset[str] | None:
    node = cls.node.members.get("__init__")
    if node is None and _is_data(cls):
        return _fields([cls])
    return _of_function(node) if isinstance(node, griffe.Function) else None


def _of_function(node: griffe.Function) -> frozenset[str] | None:
    variants = [node, *(node.overloads or [])]
    return _union(_of_one(variant) for variant in variants)


def _of_one(node: griffe.Function) -> frozenset[str] | None:
    if any(_name(decorator) not in _KEEPS_SIGNATURE for decorator in node.decorators):
        return None
    if any(parameter.kind is griffe.ParameterKind.var_keyword for parameter in node.parameters):
        return None
    return frozenset(parameter.name for parameter in node.parameters if parameter.kind in _NAMES_WITH_VALUES)


def _union(parts: Iterable[frozenset[str] | None]) -> frozenset[str] | None:
    taken: frozenset[str] = frozenset()
    for part in parts:
        if part is None:
            return None
        taken |= part
    return taken


def _is_data(cls: Definition) -> bool:
    node = cls.node
    shown = [str(decorator.value) for decorator in node.decorators if _name(decorator) == "dataclass"]
    return isinstance(node, griffe.Class) and bool(shown) and "init=False" not in shown[0]


def _fields(classes: list[Definition]) -> frozenset[str]:
    """All annotated names of dataclasses: more than the fields, never fewer."""
    return frozenset(
        name for cls in classes for name, member in cls.node.members.items() if isinstance(member, griffe.Attribute)
    )


def _name(decorator: griffe.Decorator) -> str:
    return str(decorator.value).partition("(")[0].rpartition(".")[2]
