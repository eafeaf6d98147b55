"""What an installed package changes of its own modules and classes while it runs, found by searching its text.

The rule: this is asked before anybody is accused, and whatever may be a change counts as one.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from code_assistant.project.packages.modules import MAX_MODULE_BYTES, Deadline, Location, Packages
from groundwork.reading.plain_text import read_text

_SKIPPED = frozenset(["tests", "benchmarks", "examples", "node_modules", "__pycache__"])
"""Folders whose code changes modules for a moment, if at all."""
_OWN = re.compile(r"^(self|cls|mcs|mcls)\b")
"""What these own are attributes of objects and classes."""
_OWNER = re.compile(r"[\w.\[\]\"'()]+$")
_MAX_OWNER_CHARS = 100
_OPEN = re.compile(r"f_globals\s*(\[[^\]\n]+\]\s*=(?!=)|\.(update|setdefault)\()|exec\([^\n]*f_globals")
"""Any name may be set in the module that calls."""
_COMPUTED = re.compile(r"\bsetattr\(\s*([^,\n]+),\s*(?![rbu]?[\"'][^\n]*,)")
"""A name that is not written down gets a value in something."""
_MODULE = r"(?:sys\.modules\[|(?:importlib\.)?import_module\(|__import__\()\s*[\"']"
"""How a module comes to hand whose name follows; one that takes itself by `__name__` is dynamic anyway."""
_MODULES = re.compile(r"\bmodules\[([^\n]*?)\]\s*=(?!=)|\bmodules\.setdefault\(([^,\n]+),")
_DYNAMIC = re.compile(
    r"(?:\bglobals|^[ ]{0,4}(?:locals|vars))\(\)(?:\.update|\.setdefault|\s*\[[^\]\n]+\]\s*=(?!=))"
    r"|^[ ]{0,4}(\w+) = (?:globals|locals|vars)\(\)(?=[\s\S]*(?:\b\1(?:\[[^\]\n]+\]\s*=(?!=)|\.update\()|\(\1\)))"
    r"|\bexec\([^,\n)][^,\n]*\)|\bmodules\[__name__\]|\bglobal_enum\b|\b_convert_?\("
    r"|(?i:lazy|attach|initpkg|deprecat|proxy|install|redirect|moved|shim|wrap_module|declare_namespace)\w*"
    r"\([^)\n]*__name__",
    re.MULTILINE,
)
"""What puts names into a module behind the syntax's back."""
_MAX_HOPS = 20
_LITERAL = re.compile(r"[\"']([\w.{}]+)[\"']")


class Changes:
    """Searches packages of one environment until the deadline."""

    def __init__(self, packages: Packages, deadline: Deadline) -> None:
        self._packages = packages
        self._deadline = deadline
        self._answers: dict[tuple[str, str], bool] = {}

    def may_set(self, location: Location, name: str) -> bool:
        """True when the package may give a module a name from outside, or the module itself may.

        Raises:
            DeadlineError: there is no time left.
        """
        key = (location.name, name)
        if key not in self._answers:
            self._answers[key] = self.makes_names(location, name) or any(
                _sets(text, location.name, name) for text in self._texts(location)
            )
        return self._answers[key]

    def may_put(self, location: Location, name: str) -> bool:
        """True when the package may make a submodule that is no file, which needs an entry of `sys.modules`.

        Raises:
            DeadlineError: there is no time left.
        """
        return any("modules" in text and _puts(text, location.name, name) for text in self._texts(location))

    def makes_names(self, location: Location, name: str, hops: int = 0) -> bool:
        """True when a module may bind a name in a way that a reader of its text does not follow.

        Raises:
            DeadlineError: there is no time left.
        """
        self._deadline.check()
        module = self._packages.described(location)
        if module is None or hops > _MAX_HOPS:
            return True
        names = module.names
        if names.is_dynamic or name in names.mentioned or _DYNAMIC.search(module.code):
            return True
        sources = (self._packages.locate(star) for star in names.stars if star != location.name)
        return any(source is None or self.makes_names(source, name, hops + 1) for source in sources)

    def _texts(self, location: Location) -> Iterator[str]:
        """All modules of the package that a module belongs to, as text."""
        parts = location.name.split(".")
        tops = (self._packages.locate(".".join(parts[: count + 1])) for count in range(len(parts)))
        top = next((found for found in tops if found is not None and found.path is not None), location)
        files = [top.path] if top.path is not None and not top.folders else _files(top.folders)
        for path in files:
            self._deadline.check()
            yield read_text(path, MAX_MODULE_BYTES)


def _files(folders: tuple[Path, ...]) -> Iterator[Path]:
    for folder in folders:
        for root, below, names in os.walk(folder):
            below[:] = sorted(set(below) - _SKIPPED)
            yield from (Path(root, name) for name in sorted(names) if name.endswith(".py"))


def _sets(text: str, module: str, name: str) -> bool:
    if "f_globals" in text and _OPEN.search(text):
        return True
    if "setattr" in text and any(_is_module(found[1], text, module) for found in _COMPUTED.finditer(text)):
        return True
    if "modules" in text and _puts(text, module, name):
        return True
    if name not in text:
        return False
    return any(not _OWN.match(owner) for owner in _owners(text, name))


def _is_module(shown: str, text: str, module: str) -> bool:
    """True when an expression in a text stands for the module."""
    own = module.rpartition(".")[2]
    looked_up = rf"{_MODULE}{re.escape(module)}[\"']"
    if re.match(looked_up, shown):
        return True
    if shown.rpartition(".")[2] == own and re.search(rf"^\s*(from\b.*)?\bimport\b.*\b{own}\b", text, re.MULTILINE):
        return True
    return shown.isidentifier() and re.search(rf"\b{shown}\s*=\s*{looked_up}", text) is not None


def _puts(text: str, module: str, name: str) -> bool:
    return any(_is_put(match[1] or match[2], module, name) for match in _MODULES.finditer(text))


def _is_put(key: str, module: str, name: str) -> bool:
    """True when `sys.modules[key] = x` may be the module's submodule of that name."""
    for literal in _LITERAL.findall(key):
        before, brace, _ = literal.partition("{")
        if literal.rpartition(".")[2] == name or (brace and before.strip(".") and module.startswith(before.strip("."))):
            return True
    return False


def _owners(text: str, name: str) -> Iterator[str]:
    """What gets an attribute in a text: by assignment, by `setattr`, or through its dictionary."""
    word, quoted = re.escape(name), rf"[\"']{re.escape(name)}[\"']"
    patterns = [rf"\.{word}\s*(?::[^=\n]*)?=(?!=)"]
    if "__dict__" in text or "vars(" in text:
        by_key = rf"\[\s*{quoted}\s*\]\s*=(?!=)|\.(?:update|setdefault)\([^)]*\b{word}\b"
        patterns.append(rf"(?:\.__dict__|\bvars\([^)\n]*\))\s*(?:{by_key})")
    for pattern in patterns:
        for found in re.finditer(pattern, text):
            owner = _OWNER.search(text[max(0, found.start() - _MAX_OWNER_CHARS) : found.start()])
            yield owner[0] if owner else ""
    if "setattr" in text:
        for found in re.finditer(rf"\bsetattr\(\s*([^,]{{1,100}}),\s*{quoted}", text):
            yield found[1]
