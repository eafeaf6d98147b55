"""Installed Python modules as text: where they are, which names they have, and how they are defined, by griffe.

The rule: a module is read when it is asked for and never imported; what cannot be decided from its text is None.
"""

from __future__ import annotations

import ast
import os
import threading
import time
import warnings
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import griffe

from code_assistant.project.packages.environment import Environment
from code_assistant.project.packages.names import ModuleNames, read_names
from groundwork.python_parser import PARSER_LOCK, parse_python
from groundwork.reading.plain_text import read_source

MAX_MODULE_BYTES = 1_500_000
_MAX_MODULES = 600
"""Kept per environment; the largest packages have about as many, of which a request touches a few dozen."""
_MAX_ENVIRONMENTS = 3
_COMPILED = (".so", ".pyd", ".pyc")


@contextmanager
def _quiet() -> Iterator[None]:
    """Parse, and keep warnings about other people's strings to ourselves; the filters are global, as the parser is."""
    with PARSER_LOCK, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


class DeadlineError(Exception):
    """The time for reading packages is used up."""


@dataclass(frozen=True)
class Deadline:
    """A moment after which no further module is read."""

    at: float

    @staticmethod
    def after(seconds: float) -> Deadline:
        """The moment that many seconds from now."""
        return Deadline(time.monotonic() + seconds)

    def left(self) -> float:
        """The seconds until then.

        Raises:
            DeadlineError: there are none.
        """
        self.check()
        return self.at - time.monotonic()

    def check(self) -> None:
        """Raise when it has passed.

        Raises:
            DeadlineError: it has.
        """
        if time.monotonic() > self.at:
            raise DeadlineError


@dataclass(frozen=True)
class Location:
    """Where a module is. `path` is None for a folder without `__init__.py`."""

    name: str
    path: Path | None
    folders: tuple[Path, ...] = ()
    """Where its submodules are; none for a plain module."""

    @property
    def is_source(self) -> bool:
        """True when it can be read."""
        return self.path is not None and self.path.suffix == ".py"


class Module:
    """One module of an installed package, read from its source."""

    def __init__(self, location: Location, code: str) -> None:
        self.name = location.name
        self.location = location
        self.code = code

    @property
    def package(self) -> str:
        """What its relative imports are relative to."""
        return self.name if self.location.folders else self.name.rpartition(".")[0]

    @cached_property
    def names(self) -> ModuleNames:
        """What it binds; dynamic when this Python cannot parse it."""
        try:
            with _quiet():
                return read_names(self.code, self.name, self.package)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return ModuleNames(is_dynamic=True)

    @cached_property
    def definitions(self) -> griffe.Module | None:
        """Functions and classes with their signatures and docstrings, or None when griffe cannot read it."""
        path = self.location.path
        if path is None or (not self.names.names and self.names.is_dynamic):
            return None
        try:
            with _quiet():
                return griffe.visit(self.name, path, self.code)
        except (griffe.GriffeError, SyntaxError, ValueError, RecursionError, KeyError, AttributeError, TypeError):
            return None  # griffe has defects on rare syntax; one module of somebody else's is not worth an answer


AnyDefinition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@lru_cache(maxsize=30)
def read_definitions(module: Module) -> dict[str, list[AnyDefinition]]:
    """The functions and classes at the top of a module by name; none of one that this Python cannot parse."""
    found: dict[str, list[AnyDefinition]] = {}
    try:
        body = parse_python(module.code).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        body = []
    for node in body:
        if isinstance(node, AnyDefinition):
            found.setdefault(node.name, []).append(node)
    return found


class Packages:
    """The modules of one environment, read on demand and kept. May be used from several threads."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self._lock = threading.RLock()
        self._modules: OrderedDict[tuple[str, int], Module] = OrderedDict()
        self._listings: dict[Path, tuple[int, frozenset[str]]] = {}

    def locate(self, name: str) -> Location | None:
        """Find a module or package by its dotted name, or None when it is not installed."""
        folders = self.environment.site_packages
        location: Location | None = None
        for index, part in enumerate(parts := name.split(".")):
            location = self._locate_in(".".join(parts[: index + 1]), part, folders)
            if location is None:
                return None
            folders = location.folders
        return location

    def submodules(self, location: Location) -> Iterator[str]:
        """Last names of the modules directly below a package."""
        for folder in location.folders:
            for entry in sorted(self._list(folder)):
                stem, dot, _ = entry.partition(".")
                if stem.isidentifier() and stem != "__init__" and (not dot or entry.endswith((".py", *_COMPILED))):
                    yield stem

    def module(self, location: Location, deadline: Deadline) -> Module | None:
        """Read a module, or None when it has no source or is too large.

        Raises:
            DeadlineError: there is no time left.
        """
        deadline.check()
        if not location.is_source or location.path is None:
            return None
        try:
            key = (location.name, location.path.stat().st_mtime_ns)
        except OSError:
            return None
        with self._lock:
            if key in self._modules:
                self._modules.move_to_end(key)
                return self._modules[key]
        code = read_source(location.path, MAX_MODULE_BYTES)
        if code is None:
            return None
        module = Module(location, code)
        with self._lock:
            self._modules[key] = module
            while len(self._modules) > _MAX_MODULES:
                self._modules.popitem(last=False)
        return module

    def described(self, location: Location) -> Module | None:
        """What tells a reader of a module's names: the stub file beside it, else its source; None when neither does."""
        stub = location.path.with_suffix(".pyi") if location.path is not None else None
        path = stub if stub is not None and stub.name in self._list(stub.parent) else location.path
        code = read_source(path, MAX_MODULE_BYTES) if path is not None and path.suffix in (".py", ".pyi") else None
        return Module(location, code) if code is not None else None

    def _locate_in(self, name: str, part: str, folders: tuple[Path, ...]) -> Location | None:
        namespace: list[Path] = []
        for folder in folders:
            entries = self._list(folder)
            if part in entries:
                inside = self._list(folder / part)
                for init in ("__init__.py", *(entry for entry in inside if entry.startswith("__init__."))):
                    if init in inside:
                        return Location(name, folder / part / init, (folder / part,))
                if inside:
                    namespace.append(folder / part)
            if f"{part}.py" in entries:
                return Location(name, folder / f"{part}.py")
            for entry in entries:
                if entry.startswith(f"{part}.") and entry.endswith(_COMPILED):
                    return Location(name, folder / entry)
        return Location(name, None, tuple(namespace)) if namespace else None

    def _list(self, folder: Path) -> frozenset[str]:
        """The entries of a folder, with the case they really have: also where the file system does not care."""
        try:
            stamp = folder.stat().st_mtime_ns
            with self._lock:
                known = self._listings.get(folder)
            if known is not None and known[0] == stamp:
                return known[1]
            entries = frozenset(os.listdir(folder))
        except OSError:
            return frozenset()
        with self._lock:
            if len(self._listings) > 10 * _MAX_MODULES:
                self._listings.clear()
            self._listings[folder] = (stamp, entries)
        return entries


_environments: OrderedDict[Environment, Packages] = OrderedDict()
_environments_lock = threading.Lock()


def find_packages(environment: Environment) -> Packages:
    """The packages of an environment, with all that was read of them before."""
    with _environments_lock:
        packages = _environments.setdefault(environment, Packages(environment))
        _environments.move_to_end(environment)
        while len(_environments) > _MAX_ENVIRONMENTS:
            _environments.popitem(last=False)
        return packages
