"""Generated Python held against the packages that are installed: modules, names, attributes, keywords, what is gone.

The rule: ty finds, and only what the code does not guard, the project does not bring, and the package does not make
while it runs is a finding.
"""

from __future__ import annotations

import ast
import collections.abc
import importlib.abc
import re
import sys
import typing
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

from code_assistant.project.libraries import LibraryName
from code_assistant.project.packages.changes import Changes
from code_assistant.project.packages.environment import Environment
from code_assistant.project.packages.modules import Deadline, Location, find_packages
from code_assistant.project.packages.python import find_distribution
from code_assistant.project.packages.resolve import Absent, Resolver
from code_assistant.project.reality.deprecated import find_deprecation
from code_assistant.project.reality.forwarded import forwarded_keywords
from code_assistant.project.reality.known import (
    OF_OTHER_PYTHONS,
    PYTHON_ALIASES,
    PYTHON_WELL_KNOWN,
    SHARED_NAMESPACES,
    is_asked_for,
)
from code_assistant.project.reality.local import LocalModules
from code_assistant.project.reality.python_file import ReadFile, read_file
from code_assistant.project.reality.report import absent, describe_unasked, suggest, unknown
from code_assistant.project.reality.ty import NEWEST, VERSIONS, Told, ask_ty
from code_assistant.project.reality.uses import (
    called_imports,
    called_with,
    imported,
    imports_in,
    module_calls,
    sets_in_class,
    shown,
    taken,
    unknown_keywords,
)
from code_assistant.project.versions.markers import least_python
from code_assistant.project.versions.match import satisfies
from code_assistant.result import AnswerFinding, GeneratedFile, Severity
from groundwork.reading.plain_text import is_plain, read_text

_STANDARD = sys.stdlib_module_names | OF_OTHER_PYTHONS
_MAX_BYTES = 50_000_000
_MODULE = re.compile(r"Cannot resolve imported module `(\.*[\w.]+)`")
_MEMBER = re.compile(r"Module `([\w.]+)` has no member `(\w+)`")
_ATTRIBUTE = re.compile(r"(?:Object of type|Class) `(.+)` has no attribute `(\w+)`")
_ARGUMENT = re.compile(r"Argument `(\w+)` does not match any known parameter(?: of (?:\w+ )*`([\w.]+)`)?")
_POSITIONAL = re.compile(r"Positional-only parameter \d+ \(`(\w+)`\) passed as keyword argument")
_OVERLOAD = re.compile(r"No overload(?: of (?:\w+ )*`([\w.]+)`)? matches arguments")
_UNSURE = re.compile(r"[@~&]|Unknown|^(?:<class|super|None\b|\(|def |bound method|Literal\[)")
"""Types that are guessed, narrowed or a variable's: a checker knows them for the moment, or not at all."""
_ABSTRACT = frozenset(["object", *collections.abc.__all__, *typing.__all__, *importlib.abc.__all__])
_BASE_INIT = "object.__init__"
"""What a class seems to have when its decorator or its base is not understood."""


class PythonReality:
    """Judges files with the packages of one environment."""

    def __init__(
        self,
        environment: Environment,
        local: LocalModules,
        libraries: Sequence[LibraryName],
        about: frozenset[str],
        deadline: Deadline,
    ) -> None:
        """`libraries` are those that were asked for, `about` the words of the request."""
        self._environment = environment
        self._packages = find_packages(environment)
        self._resolver = Resolver(self._packages, deadline)
        self._changes = Changes(self._packages, deadline)
        self._local = local
        self._libraries = libraries
        self._about = about
        self._deadline = deadline
        self._read: dict[str, ReadFile] = {}
        self._own: frozenset[str] = frozenset()

    def read(self, file: GeneratedFile) -> None:
        """Take in a file of the answer; one that does not parse is another check's finding.

        Raises:
            RecursionError, MemoryError: it is nested too deeply.
        """
        read = read_file(file, self._read)
        if read is not None:
            self._read[read.path] = read

    def judge(self) -> Iterator[AnswerFinding]:
        """Findings of all files that were read.

        Raises:
            DeadlineError: there is no time left.
            TyError: the checker cannot be run.
        """
        if not self._read:
            return
        self._own = frozenset(
            node.name for read in self._read.values() for node in ast.walk(read.tree) if isinstance(node, ast.ClassDef)
        )
        said: set[tuple[str, str]] = set()
        for read in self._read.values():
            for line, module in called_imports(read.tree):
                if line not in read.guards.imports:
                    yield from _once(self._judge_module(read.file.path, line, module), said)
            for line, module, name in taken(read.tree):
                if line not in read.guards.uses | read.guards.imports and self._is_refused(module, name):
                    yield from _once(self._judge_member(read, line, module, name), said)
        for told, is_everywhere in self._ask():
            read = self._read[told.path]
            judged = self._judge_told(read, told) if is_everywhere else self._judge_newer(read.file.path, told)
            yield from _once(judged, said)
        for read in self._read.values():
            yield from _once(self._judge_gone(read, frozenset(said)), said)
            yield from _once(self._judge_forwarded(read), said)

    @cached_property
    def _version(self) -> str:
        """The Python that the code has to run on; the newest where nobody tells."""
        project = self._environment.project_dir
        found = self._environment.python_version or (least_python(project) if project is not None else "")
        return found if found in VERSIONS else NEWEST

    def _ask(self) -> Iterator[tuple[Told, bool]]:
        """What ty says for the project's Python, and whether it also says it for the newest, or nothing there.

        What a package has for the newest alone depends on the version, and is no invention.
        """
        files = {path: read.file.content for path, read in self._read.items()}
        hidden = sorted(self._hidden())
        found = [
            told
            for told in ask_ty(files, hidden, self._environment, self._version, self._deadline)
            if told.path in self._read and not self._is_guarded(told)
        ]
        if not found or self._version == NEWEST:
            yield from ((told, True) for told in found)
            return
        newest = ask_ty(files, hidden, self._environment, NEWEST, self._deadline)
        held = {(told.rule, told.path, told.line, told.column) for told in newest}
        gone = {(told.path, module[1]) for told in newest if (module := _MODULE.match(told.text))}
        lines = {(told.path, told.line) for told in newest}
        for told in found:
            is_everywhere = (told.rule, told.path, told.line, told.column) in held
            member = _MEMBER.match(told.text)
            is_gone = (told.path, told.line) in lines or (member is not None and (told.path, member[1]) in gone)
            if is_everywhere or not is_gone:
                yield told, is_everywhere

    def _judge_newer(self, path: str, told: Told) -> Iterator[AnswerFinding]:
        """What the standard library has, but not yet that of the project's Python."""
        module, member = _MODULE.match(told.text), _MEMBER.match(told.text)
        name = module[1] if module else f"{member[1]}.{member[2]}" if member else ""
        if name.partition(".")[0] in _STANDARD:
            message = f"`{name}` is not in Python {self._version}, which the project's code has to run on"
            yield AnswerFinding(rule="reality-newer", severity="warning", file=path, line=told.line, message=message)

    def _hidden(self) -> Iterator[str]:
        """The top modules that are installed and say nothing here: the project's, and those of another version."""
        brought = {path.partition("/")[0].partition(".")[0] for path in self._read}
        for top in {module.partition(".")[0] for read in self._read.values() for module in imported(read.tree)}:
            is_silent = self._is_ours(top) or self._is_other_version(top) or not self._is_readable(top)
            if top not in _STANDARD and top not in brought and is_silent:
                yield top

    def _is_readable(self, top: str) -> bool:
        """False for a module that is a pipe or a device: ty would read it without an end."""
        found = self._packages.locate(top)
        paths = [found.path, found.path.with_suffix(".pyi")] if found is not None and found.path is not None else []
        return all(not path.exists() or is_plain(path, _MAX_BYTES) for path in paths)

    def _is_guarded(self, told: Told) -> bool:
        guards = self._read[told.path].guards
        return told.line in (guards.imports if "import" in told.rule or "member" in told.rule else guards.uses)

    def _judge_told(self, read: ReadFile, told: Told) -> Iterator[AnswerFinding]:
        path, line = read.file.path, told.line
        if found := _MODULE.match(told.text):
            yield from self._judge_module(path, line, found[1])
        elif found := _MEMBER.match(told.text):
            yield from self._judge_member(read, line, found[1], found[2])
        elif found := _ATTRIBUTE.match(told.text):
            owner, name = found[1], found[2]
            is_own = bool(self._own & set(re.findall(r"\w+", owner)))
            is_hidden = _is_abstract(owner) and told.line in read.silenced
            if not (is_own or is_hidden) and not _UNSURE.search(owner) and not _is_spared(name, read):
                yield unknown("name", "error", path, line, f"`{owner}` has no `{name}` in the installed version")
        elif found := _ARGUMENT.match(told.text):
            called = called_with(read.tree, line, found[1])
            if found[2] != _BASE_INIT and called and not sets_in_class(read.tree, called, found[1]):
                yield _argument(path, line, called, found[1], _parameters(told.detail))
        elif found := _POSITIONAL.match(told.text):
            called = called_with(read.tree, line, found[1])
            message = f"{called} takes `{found[1]}` without its name only, in the installed version"
            yield unknown("argument", "error", path, line, message)
        elif found := _OVERLOAD.match(told.text):
            for call, keyword, known in unknown_keywords(read.tree, told, found[1] or ""):
                yield _argument(path, keyword.lineno, shown(call), keyword.arg or "", known)
        elif told.rule == "deprecated" and not imports_in(read.tree, line):
            what, _, why = told.text.partition(": ")
            yield _deprecated(path, line, what, why)

    def _judge_gone(self, read: ReadFile, said: frozenset[tuple[str, str]]) -> Iterator[AnswerFinding]:
        """What a package calls deprecated in its text, and ty has not told."""
        for line, module, name in taken(read.tree):
            top = module.partition(".")[0]
            if line in read.guards.uses | read.guards.imports or self._is_ours(top) or self._is_other_version(top):
                continue
            reason = find_deprecation(self._resolver, module, name)
            if reason is not None and not any(path == read.file.path and f"`{name}`" in text for path, text in said):
                yield _deprecated(read.file.path, line, f"`{module}.{name}` is deprecated", reason)

    def _judge_forwarded(self, read: ReadFile) -> Iterator[AnswerFinding]:
        """Keywords that a function hands on to one that does not take them."""
        for call, module, name in module_calls(read.tree):
            top = module.partition(".")[0]
            if call.lineno in read.guards.uses or self._is_ours(top) or self._is_other_version(top):
                continue
            given = frozenset(keyword.arg for keyword in call.keywords if keyword.arg)
            resolver = self._standard if top in _STANDARD else self._resolver
            known = forwarded_keywords(resolver, module, name, given)
            for word in call.keywords if known is not None else ():
                if word.arg and word.arg not in (known or ()):
                    yield _argument(read.file.path, word.lineno, shown(call), word.arg, known or frozenset())

    @cached_property
    def _standard(self) -> Resolver:
        """Of this Python's own library."""
        return Resolver(find_packages(Environment((Path(ast.__file__).parent,))), self._deadline)

    def _judge_module(self, path: str, line: int, module: str) -> Iterator[AnswerFinding]:
        """A module that ty does not find, or that is imported by a call."""
        first, *rest = module.split(".")
        if not first or self._is_ours(first, is_standard_ours=not rest):
            return
        at = self._packages.locate(first)
        if at is None and first not in _STANDARD:
            if not self._is_plausible(first):
                is_seen = self._environment.has_python
                other = "installed in the project's environment" if is_seen else "a well-known package"
                why = f"is neither in the standard library nor {other}"
                message = describe_unasked(first, why, has_project=is_seen)
                yield unknown("module", "warning", path, line, message)
            return
        if self._is_other_version(first) or not self._is_readable(first):
            return
        if at is None:
            if first not in OF_OTHER_PYTHONS and rest and not _is_standard_module(module):
                yield absent(path, line, first, rest[0], ())
            return
        for name in rest:
            below = self._packages.locate(f"{at.name}.{name}")
            if below is None:
                if at.path is None:  # other packages may bring parts of a folder without a module of its own
                    is_open = self._is_plausible(first) or not self._environment.is_complete
                else:
                    is_open = self._changes.may_put(at, name)
                if not is_open:
                    severity: Severity = "error" if at.path is not None else "warning"
                    yield absent(path, line, at.name, name, self._resolver.names(at), severity)
                return
            at = below

    def _judge_member(self, read: ReadFile, line: int, module: str, name: str) -> Iterator[AnswerFinding]:
        top = module.partition(".")[0]
        is_relative = any(getattr(node, "level", 0) for node in imports_in(read.tree, line))
        if _is_spared(name, read) or self._is_ours(top) or is_relative:
            return
        at: Location | None = self._packages.locate(module)
        if at is None:
            if top in _STANDARD and not _is_standard_module(f"{module}.{name}") and not _is_standard_name(module, name):
                yield absent(read.file.path, line, module, name, ())
            return
        if at.path is None:
            yield from self._judge_module(read.file.path, line, f"{module}.{name}")
        elif self._packages.locate(f"{module}.{name}") is None:
            known = self._resolver.names(at)  # a stub may leave out what the module has
            if name not in known and not self._changes.may_set(at, name):
                yield absent(read.file.path, line, module, name, known)

    def _is_refused(self, module: str, name: str) -> bool:
        """True for a name that a module's `__getattr__` refuses; ty takes it for one that answers to everything."""
        if self._is_ours(module.partition(".")[0]) or self._is_other_version(module.partition(".")[0]):
            return False
        at = self._packages.locate(module)
        read = self._resolver.module(at) if at is not None else None
        is_known = read is not None and read.names.answers
        return is_known and at is not None and isinstance(self._resolver.member(at, name), Absent)

    def _is_ours(self, top: str, *, is_standard_ours: bool = False) -> bool:
        """True for what the answer or the project brings itself."""
        if top in self._local.roots or (is_standard_ours and top in _STANDARD):
            return True
        found = self._packages.locate(top)
        places = () if found is None else (*found.folders, *([found.path] if found.path else []))
        return self._local.is_own(places)

    def _is_plausible(self, top: str) -> bool:
        """True for what was asked for, and for what we have no ground to doubt."""
        names = [library.name for library in self._libraries]
        if is_asked_for(top, names) or is_asked_for(top, self._about):
            return True
        if top in SHARED_NAMESPACES and any(name.lower().startswith(top) for name in names):
            return True
        if top in self._local.nested or is_asked_for(top, self._local.declared):
            return True
        is_seen = self._environment.has_python and self._environment.is_complete
        return not is_seen and (top in PYTHON_WELL_KNOWN or top in PYTHON_ALIASES)

    def _is_other_version(self, top: str) -> bool:
        """True when another version was asked for than is installed: then the installed one proves nothing."""
        for library in self._libraries:
            if library.wish and is_asked_for(top, [library.name]):
                names = (library.name, *PYTHON_ALIASES.get(top, ()))
                found = [find_distribution(name, self._packages) for name in names]
                return not any(entry and satisfies(entry.version, library.wish) for entry in found)
        return False


def _once(findings: Iterator[AnswerFinding], said: set[tuple[str, str]]) -> Iterator[AnswerFinding]:
    """Each thing once in a file, where it comes first."""
    for finding in findings:
        key = (finding.file or "", finding.message)
        if key not in said:
            said.add(key)
            yield finding


def _is_spared(name: str, read: ReadFile) -> bool:
    """True for what the file sets or asks for itself, and for what a package keeps to itself."""
    return name.startswith("_") or name in read.guards.names


def _is_abstract(owner: str) -> bool:
    """True for a type of the standard library that promises the least: the object may have more."""
    name = owner.partition("[")[0]
    return name in _ABSTRACT or name.startswith("Abstract")


def _is_standard_name(module: str, name: str) -> bool:
    """True for what a module of this Python's own library defines, though it tells nobody of it."""
    place = Path(ast.__file__).parent.joinpath(*module.split("."))
    text = read_text(place / "__init__.py", _MAX_BYTES) or read_text(place.with_suffix(".py"), _MAX_BYTES)
    return re.search(rf"^\s*(?:(?:async )?def|class) {name}\b|^\s*{name} = ", text, re.MULTILINE) is not None


def _is_standard_module(module: str) -> bool:
    """True for a file of this Python's own library: whoever uses it may rely on another's import."""
    place = Path(ast.__file__).parent.joinpath(*module.split("."))
    return place.is_dir() or place.with_suffix(".py").is_file()


def _parameters(detail: str) -> frozenset[str]:
    """The names in the signature that ty shows: more than the parameters, good enough for a suggestion."""
    shown = detail.partition("signature here")[2]
    return frozenset(re.findall(r"(\w+)\s*(?::|=)", shown))


def _argument(path: str, line: int, shown: str, keyword: str, known: frozenset[str]) -> AnswerFinding:
    message = f"{shown} has no argument `{keyword}` in the installed version; {suggest(keyword, known)}"
    return unknown("argument", "error", path, line, message)


def _deprecated(path: str, line: int, what: str, why: str) -> AnswerFinding:
    message = f"{what} in the installed version{f': {why}' if why else ''}"
    return AnswerFinding(rule="reality-deprecated", severity="warning", file=path, line=line, message=message)
