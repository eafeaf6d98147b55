"""Dotted names of installed Python packages followed to what they mean: a module, a definition, or nothing.

The rule: None stands for what the text does not decide, and is never held against anybody.
"""

from __future__ import annotations

from dataclasses import dataclass

import griffe

from code_assistant.project.packages.modules import Deadline, Location, Module, Packages
from code_assistant.project.packages.names import Binding

_MAX_HOPS = 20
"""Imports that are followed from a name to its definition; longer chains are loops."""


@dataclass(frozen=True)
class Definition:
    """A function or a class, and the module that defines it."""

    module: Module
    node: griffe.Function | griffe.Class


@dataclass(frozen=True)
class Instance:
    """An object of a class, such as a module's ready-made `logger`."""

    of: Definition


class Absent:
    """A name that its owner surely does not have."""


Target = Location | Definition | Instance | Absent | None


class Resolver:
    """Follows names through one environment until its deadline."""

    def __init__(self, packages: Packages, deadline: Deadline) -> None:
        self.packages = packages
        self._deadline = deadline

    def module(self, location: Location) -> Module | None:
        """Read a module.

        Raises:
            DeadlineError: there is no time left.
        """
        return self.packages.module(location, self._deadline)

    def member(self, location: Location, name: str, hops: int = 0) -> Target:
        """What a name means in a module: its definition or one of several, an imported one, or a submodule.

        Raises:
            DeadlineError: there is no time left.
        """
        if hops > _MAX_HOPS or (name.startswith("__") and name.endswith("__")):
            return None
        below = self.packages.locate(f"{location.name}.{name}") if location.folders else None
        module = self.module(location)
        if module is None:
            return below
        binding = module.names.names.get(name)
        if binding is not None:
            if below is not None:
                return below if f"{binding.target}.{binding.part}" == below.name else None
            if binding.kind != "exported":
                return self._bound(module, name, binding, hops)
            starred = self._from_stars(module, name, hops)
            return None if isinstance(starred, Absent) else starred
        if below is not None:
            return below
        return self._from_stars(module, name, hops)

    def defined(self, module: str, name: str) -> tuple[Module, str] | None:
        """The module that defines a function or a class once, and its name there, through imports that hand it on."""
        for _ in range(_MAX_HOPS):
            location = self.packages.locate(module)
            read = self.module(location) if location is not None else None
            binding = read.names.names.get(name) if read is not None else None
            if read is None or binding is None or binding.times > 1:
                return None
            if binding.kind == "definition":
                return read, name
            if binding.kind != "import" or not binding.part:
                return None
            module, name = binding.target, binding.part
        return None

    def names(self, location: Location, hops: int = 0) -> tuple[str, ...]:
        """All names of a module that a program may want, for suggestions."""
        module = self.module(location)
        found = {*self.packages.submodules(location), *(module.names.names if module else ())}
        for star in module.names.stars if module and hops < _MAX_HOPS else ():
            source = self.packages.locate(star)
            found |= set(self.names(source, hops + 1)) if source and source != location else set()
        return tuple(sorted(found))

    def in_module(self, module: Module, name: str, hops: int = 0) -> Target:
        """What a dotted name means inside the text of a module."""
        first, _, rest = name.partition(".")
        target = self.member(module.location, first, hops + 1)
        if isinstance(target, Absent):
            return None
        for part in rest.split(".") if rest else ():
            target = self.member(target, part, hops + 1) if isinstance(target, Location) else _inside(target, part)
        return target

    def _bound(self, module: Module, name: str, binding: Binding, hops: int) -> Target:
        if binding.kind == "other" or (binding.times > 1 and binding.kind != "definition"):
            return None
        if binding.kind in ("alias", "instance"):
            target = self.in_module(module, binding.target, hops + 1)
            return _made(target) if binding.kind == "instance" else target
        if binding.kind == "import":
            location = self.packages.locate(binding.target)
            if location is None or not binding.part:
                return location
            target = self.member(location, binding.part, hops + 1)
            return None if isinstance(target, Absent) else target
        node = module.definitions.members.get(name) if module.definitions else None
        return Definition(module, node) if isinstance(node, griffe.Function | griffe.Class) else None

    def _from_stars(self, module: Module, name: str, hops: int) -> Target:
        for star in module.names.stars:
            source = self.packages.locate(star)
            target = self.member(source, name, hops + 1) if source else None
            if not isinstance(target, Absent):
                return target
        if module.names.is_dynamic:
            return None
        return Absent()


def _inside(target: Target, name: str) -> Target:
    """A method of a class or an object, where it is plainly defined in the class."""
    cls = target.of if isinstance(target, Instance) else target
    if not isinstance(cls, Definition) or not isinstance(cls.node, griffe.Class):
        return None
    node = cls.node.members.get(name)
    return Definition(cls.module, node) if isinstance(node, griffe.Function) else None


def _made(target: Target) -> Target:
    """What a call makes: an object, when it is a class that is called and nothing says otherwise."""
    if not isinstance(target, Definition) or not isinstance(target.node, griffe.Class):
        return None
    return Instance(target) if "__new__" not in target.node.members else None
