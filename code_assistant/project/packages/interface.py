"""The public interface of an installed Python package: functions and classes under the names that programs import.

The rule: reading costs time, so what has to do with the request is read first, and the rest while there is time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import griffe

from code_assistant.project.packages.modules import Deadline, DeadlineError, Location, Packages
from code_assistant.project.packages.ranking import Matcher
from code_assistant.project.packages.resolve import Definition, Resolver

NOT_PUBLIC = re.compile(
    r"^(_.*|tests?|testing|conftest|vendor(ed)?|third_party|examples?|benchmarks?|compat|setup|distutils)$"
)
MAX_MODULES = 600
"""Modules that are looked into; few packages have more."""
_MOST_FITTING = 40
"""Modules whose names are looked through before those at the top that match nothing."""
_ENOUGH = 150
"""Entries, of which some dozens fit into an answer: with so many, only what fits the request is looked for."""
_MAX_BASES = 40
_MAX_LINE = 200
_SPECIAL = frozenset(["__call__", "__enter__", "__aenter__"])


@dataclass(frozen=True)
class InterfaceEntry:
    """One public function or class under the name that programs import."""

    module: str
    name: str
    definition: Definition
    is_top: bool
    methods: tuple[griffe.Function, ...] = ()
    """Public ones of a class, its bases' in the same package too."""

    @property
    def line(self) -> str:
        """What it is for, in a line."""
        return first_line(self.definition.node)


def find_entries(
    modules: tuple[str, ...], own: frozenset[str], packages: Packages, deadline: Deadline, matcher: Matcher
) -> Iterator[InterfaceEntry]:
    """The interface of a package by its top modules, the most promising parts first; ends early when time is up.

    `own` are further top modules whose definitions are the package's.
    """
    own |= {_top(module) for module in modules}
    resolver = Resolver(packages, deadline)
    seen: set[str] = set()
    try:
        for name, location, is_wanted in _places(modules, resolver, matcher):
            if not is_wanted and len(seen) >= _ENOUGH:
                return
            target = resolver.member(location, name)
            if not isinstance(target, Definition) or _top(target.module.name) not in own:
                continue
            if target.node.path not in seen:
                seen.add(target.node.path)
                methods = tuple(_methods(target, resolver, own))
                yield InterfaceEntry(location.name, name, target, location.name in modules, methods)
    except DeadlineError:
        return


def first_line(node: griffe.Object) -> str:
    """The first paragraph of a docstring as one line."""
    text = node.docstring.value if node.docstring else ""
    line = " ".join(text.partition("\n\n")[0].split())
    return line if len(line) <= _MAX_LINE else f"{line[: _MAX_LINE - 3]}..."


def _places(modules: tuple[str, ...], resolver: Resolver, matcher: Matcher) -> Iterator[tuple[str, Location, bool]]:
    """Names to look at with the module to import them from: at the top, below, and then what matches nothing."""
    tops = [found for found in map(resolver.packages.locate, modules) if found is not None]
    exported = [(name, location) for location in tops for name in _names(location, resolver, is_top=True)]
    yield from ((name, location, True) for name, location in exported if matcher.fits(name))
    counted = [(matcher.count(_text(location, resolver)), location) for location in _below(tops, resolver)]
    counted.sort(key=lambda pair: (-pair[0][0], pair[1].name.count("."), -pair[0][1]))
    fitting = [location for (words, _), location in counted if words]
    for location in fitting[:_MOST_FITTING]:
        yield from ((name, location, True) for name in _names(location, resolver) if matcher.fits(name))
    for location in [*tops, *fitting, *(location for (words, _), location in counted if not words)]:
        yield from ((name, location, False) for name in _names(location, resolver, is_top=location in tops))


def _below(tops: list[Location], resolver: Resolver) -> Iterator[Location]:
    """The public modules below the top ones, level by level."""
    packages, waiting = resolver.packages, list(tops)
    for _ in range(MAX_MODULES):
        if not waiting:
            return
        location = waiting.pop(0)
        if location not in tops:
            yield location
        names = [name for name in packages.submodules(location) if not NOT_PUBLIC.match(name)]
        waiting += [found for name in names if (found := packages.locate(f"{location.name}.{name}")) is not None]


def _text(location: Location, resolver: Resolver) -> str:
    """A module's text; a package's with that of its private modules, which it may stand for."""
    private = [name for name in resolver.packages.submodules(location) if name.startswith("_")]
    parts = [location, *(resolver.packages.locate(f"{location.name}.{name}") for name in private)]
    read = [resolver.module(part) for part in parts if part is not None]
    return "\n".join(module.code for module in read if module is not None)


def _names(location: Location, resolver: Resolver, *, is_top: bool = False) -> list[str]:
    """The public names that a module defines, and those that a package brings together, from private modules too."""
    module = resolver.module(location)
    bound = module.names.names if module is not None else {}
    if is_top or location.folders:
        below = set(resolver.packages.submodules(location)) - bound.keys()
        names = [name for name in dict.fromkeys([*bound, *resolver.names(location)]) if name not in below]
    else:
        names = [name for name, binding in bound.items() if binding.kind == "definition"]
    return [name for name in names if not name.startswith("_")]


def _top(module: str) -> str:
    return module.partition(".")[0]


def _methods(definition: Definition, resolver: Resolver, own: frozenset[str]) -> Iterator[griffe.Function]:
    """The public methods of a class, those of its bases in the same package after its own."""
    waiting, seen = [definition], {"__init__"}
    for _ in range(_MAX_BASES):
        if not waiting:
            return
        owner = waiting.pop(0)
        node = owner.node
        if not isinstance(node, griffe.Class):
            continue
        for name, member in node.members.items():
            is_public = isinstance(member, griffe.Function) and (not name.startswith("_") or name in _SPECIAL)
            if isinstance(member, griffe.Function) and is_public and name not in seen:
                seen.add(name)
                yield member
        for base in node.bases:
            try:
                target = resolver.in_module(owner.module, str(base).partition("[")[0])
            except DeadlineError:
                return  # its own methods are better than none
            if isinstance(target, Definition) and _top(target.module.name) in own:
                waiting.append(target)
