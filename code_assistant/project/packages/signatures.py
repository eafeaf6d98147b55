"""Which keyword arguments an installed function or class takes.

The rule: an answer is given only where the text leaves no doubt; decorators, metaclasses, `**kwargs` and classes
whose `__init__` something else writes are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import griffe

from code_assistant.project.packages.modules import Module
from code_assistant.project.packages.resolve import Definition, Foreign, Resolver

_MAX_BASES = 40
_TYPING = ("typing", "typing_extensions")
_KEEPS_SIGNATURE = frozenset(
    [
        *("staticmethod", "classmethod", "abc.abstractmethod", "types.coroutine", "asyncio.coroutine"),
        *("functools.cache", "functools.lru_cache", "contextlib.contextmanager", "contextlib.asynccontextmanager"),
        *(f"{module}.{name}" for module in _TYPING for name in ("overload", "final", "override", "no_type_check")),
    ]
)
_DATACLASS = "dataclasses.dataclass"
_KEEPS_CLASS = frozenset(
    [
        *(_DATACLASS, "functools.total_ordering"),
        *(f"{module}.{name}" for module in _TYPING for name in ("final", "runtime_checkable")),
    ]
)
_PLAIN_BASES = re.compile(r"^(object$|abc\.ABC$|typing\.|typing_extensions\.|collections\.abc\.)")
"""Bases without an `__init__` of their own."""
_WRITES_INIT = re.compile(r"^(enum|ctypes)\.|(NamedTuple|TypedDict|Structure|namedtuple)$")
_NAMES_WITH_VALUES = (griffe.ParameterKind.positional_or_keyword, griffe.ParameterKind.keyword_only)


class Signatures:
    """Answers for one resolver's environment."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver

    def keywords(self, definition: Definition) -> frozenset[str] | None:
        """The keyword arguments that a call may name, or None when that is not decided."""
        if isinstance(definition.node, griffe.Function):
            return self._of_function(definition.module, definition.node)
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

    def may_change(self, definition: Definition) -> bool:
        """True when the package may put something else in the place of a function, or of a class or its `__init__`."""
        changes, node, location = self._resolver.changes, definition.node, definition.module.location
        if isinstance(node.parent, griffe.Class):
            return changes.may_set_in_class(location, node.parent.name, node.name)
        if changes.may_set(location, node.name):
            return True
        lineage = (self.lineage(definition) or ()) if isinstance(node, griffe.Class) else ()
        return any(
            changes.may_set_in_class(part.module.location, part.node.name, "__init__")
            for part in lineage
            if isinstance(part, Definition)
        )

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
            if current is not definition and "__init_subclass__" in node.members:
                return None  # it may change the classes below it
            waiting[:0] = [self._base(current, str(base)) for base in node.bases]
        return tuple(found)

    def _base(self, owner: Definition, shown: str) -> Definition | Foreign | None:
        target = self._resolver.in_module(owner.module, shown.partition("[")[0])
        return target if isinstance(target, Definition | Foreign) else None

    def _is_plain(self, owner: Definition, node: griffe.Class) -> bool:
        keywords = {name: str(value) for name, value in node.keywords.items()}
        if keywords.pop("metaclass", "ABCMeta").rpartition(".")[2] != "ABCMeta" or keywords:
            return False
        return all(self._path(owner.module, decorator) in _KEEPS_CLASS for decorator in node.decorators)

    def _path(self, module: Module, decorator: griffe.Decorator) -> str:
        """What a decorator is by its full name, when that is of the standard library or of typing_extensions.

        A package's own decorator may have the name of a well-known one.
        """
        shown = str(decorator.value).partition("(")[0]
        first, dot, rest = shown.partition(".")
        binding = module.names.names.get(first)
        if binding is None and not dot:
            return shown
        if binding is not None and binding.kind == "import" and binding.target.partition(".")[0] in _TYPING:
            return ".".join(part for part in (binding.target, binding.part, rest) if part)
        target = self._resolver.in_module(module, shown)
        return target.path if isinstance(target, Foreign) else ""

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
            return self._of_init(makers[0])
        is_plain = all(_PLAIN_BASES.match(cls.path) for cls in lineage if isinstance(cls, Foreign))
        return _union(self._of_init(cls) for cls in makers) if is_plain else None

    def _of_init(self, cls: Definition) -> frozenset[str] | None:
        node = cls.node.members.get("__init__")
        if node is None and _is_data(cls):
            return _fields([cls])
        return self._of_function(cls.module, node) if isinstance(node, griffe.Function) else None

    def _of_function(self, module: Module, node: griffe.Function) -> frozenset[str] | None:
        return _union(self._of_one(module, variant) for variant in (node, *(node.overloads or [])))

    def _of_one(self, module: Module, node: griffe.Function) -> frozenset[str] | None:
        if any(self._path(module, decorator) not in _KEEPS_SIGNATURE for decorator in node.decorators):
            return None
        if any(parameter.kind is griffe.ParameterKind.var_keyword for parameter in node.parameters):
            return None
        return frozenset(parameter.name for parameter in node.parameters if parameter.kind in _NAMES_WITH_VALUES)


def _is_chain(classes: tuple[Definition | Foreign, ...]) -> bool:
    """True when each class has one base: then the next `__init__` is the one."""
    return all(
        isinstance(cls.node, griffe.Class) and len(cls.node.bases) == 1
        for cls in classes
        if isinstance(cls, Definition)
    ) and not any(isinstance(cls, Foreign) for cls in classes)


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
