"""Generated Python held against the packages that are installed: modules, names, attributes and keyword arguments.

The rule: only what the installed text plainly contradicts is a finding.
"""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from code_assistant.project.libraries import LibraryName
from code_assistant.project.packages.modules import Location
from code_assistant.project.packages.python import find_distribution
from code_assistant.project.packages.resolve import Absent, Definition, Instance, Resolver, Target
from code_assistant.project.packages.signatures import Signatures
from code_assistant.project.reality.known import (
    PYTHON_ALIASES,
    PYTHON_WELL_KNOWN,
    SHARED_NAMESPACES,
    is_asked_for,
    word_set,
)
from code_assistant.project.reality.local import LocalModules
from code_assistant.project.reality.uses import Import, Use, Uses, read_uses
from code_assistant.project.versions.match import satisfies
from code_assistant.result import Finding, GeneratedFile, Severity

_STANDARD = sys.stdlib_module_names | word_set("""
    __main__ _typeshed aifc annotationlib asynchat asyncore audioop binhex cgi cgitb chunk compression crypt distutils
    formatter imghdr imp lib2to3 mailcap msilib nis nntplib ossaudiodev parser pipes profiling smtpd sndhdr spwd sunau
    symbol telnetlib test tomllib uu xdrlib
""")
"""Of this Python and of its neighbours."""
_ALSO = 3


@dataclass(frozen=True)
class Known:
    """What Python code may import without a question."""

    libraries: tuple[LibraryName, ...]
    local: LocalModules
    about: frozenset[str] = frozenset()
    """Words of the request."""


class PythonReality:
    """Judges files with the packages of one environment."""

    def __init__(self, resolver: Resolver, known: Known) -> None:
        self._resolver = resolver
        self._signatures = Signatures(resolver)
        self._known = known
        self._environment = resolver.packages.environment

    def judge(self, file: GeneratedFile) -> Iterator[Finding]:
        """Findings of one file.

        Raises:
            DeadlineError: there is no time left.
        """
        uses = read_uses(file.content)
        if uses is None:
            return
        told: set[str] = set()
        for finding in self._judge_all(file.path, uses):
            if finding.message not in told:  # once for each thing, where it comes first
                told.add(finding.message)
                yield finding

    def _judge_all(self, path: str, uses: Uses) -> Iterator[Finding]:
        for found in uses.imports:
            if not found.is_guarded and not found.level:
                yield from self._judge_import(path, found)
        for use in uses.uses:
            yield from self._judge_use(path, use, uses)

    def _judge_import(self, path: str, found: Import) -> Iterator[Finding]:
        top = found.module.partition(".")[0]
        if self._is_ours(top):
            return
        if self._resolver.packages.locate(top) is None:
            if not self._is_plausible(top):
                yield _finding("module", "warning", path, found.line, self._unknown(top))
            return
        if self._is_other_version(top):
            return
        module = self._walk(found.module)
        if isinstance(module, Location) and found.name and found.name != "*":
            module = self._resolver.member(module, found.name)
        if isinstance(module, Absent):
            yield from self._is_absent(path, found.line, module)

    def _walk(self, module: str) -> Target:
        """Follow `a.b.c` as an import does: through folders, not through attributes."""
        first, *rest = module.split(".")
        at: Location | None = self._resolver.packages.locate(first)
        for name in rest:
            if at is None:
                return None
            below = self._resolver.packages.locate(f"{at.name}.{name}") if at.folders else None
            if below is None:
                # Modules can be put into sys.modules; a package that is only folders may have parts elsewhere.
                member = self._resolver.member(at, name) if at.is_source else None
                return member if isinstance(member, Absent) else None
            at = below
        return at

    def _judge_use(self, path: str, use: Use, uses: Uses) -> Iterator[Finding]:
        origin = uses.origins.get(use.parts[0])
        if origin is None:
            yield from self._judge_method(path, use, uses.instances[use.parts[0]], uses.origins)
            return
        target = self._follow(origin, use.parts[1:])
        if isinstance(target, Absent):
            yield from self._is_absent(path, use.line, target)
        elif isinstance(target, Definition) and use.keywords:
            yield from self._judge_keywords(path, use, target)

    def _judge_method(
        self, path: str, use: Use, maker: tuple[str, ...], origins: dict[str, Import]
    ) -> Iterator[Finding]:
        """`client.get(timeout=1)` where `client = httpx.Client()`."""
        if len(use.parts) != 2 or not use.keywords:
            return
        cls = self._follow(origins[maker[0]], maker[1:])
        method = self._signatures.method(cls, use.parts[1]) if isinstance(cls, Definition) else None
        if method is not None:
            yield from self._judge_keywords(path, use, method)

    def _judge_keywords(self, path: str, use: Use, target: Definition) -> Iterator[Finding]:
        taken = self._signatures.keywords(target)
        wrong = [keyword for keyword in use.keywords or () if taken is not None and keyword not in taken]
        if taken is None or not wrong or self._signatures.may_change(target):
            return
        for keyword in wrong:
            shown = ".".join(use.parts)
            message = f"{shown} has no argument `{keyword}` in the installed version; {_near(keyword, taken)}"
            yield _finding("argument", "error", path, use.line, message)

    def _follow(self, origin: Import, parts: tuple[str, ...]) -> Target:
        top = origin.module.partition(".")[0]
        if self._is_ours(top) or self._is_other_version(top):
            return None
        target: Target = self._resolver.imported(origin.module, origin.name)
        for index, name in enumerate(parts):
            if isinstance(target, Location):
                target = self._resolver.member(target, name)
            elif isinstance(target, Definition | Instance) and index == len(parts) - 1:
                return self._signatures.method(target.of if isinstance(target, Instance) else target, name)
            else:
                return target if isinstance(target, Absent) and index > 0 else None
        return target if parts or not isinstance(target, Absent) else None

    def _is_ours(self, top: str) -> bool:
        """True for the standard library, and for what the answer or the project brings itself."""
        if top in _STANDARD or top in self._known.local.roots:
            return True
        found = self._resolver.packages.locate(top)
        places = () if found is None else (*found.folders, *([found.path] if found.path else []))
        return self._known.local.is_own(places)

    def _is_plausible(self, top: str) -> bool:
        """True for what was asked for, and for what we have no ground to doubt."""
        names = [library.name for library in self._known.libraries]
        if is_asked_for(top, names) or is_asked_for(top, self._known.about):
            return True
        if top in SHARED_NAMESPACES and any(name.lower().startswith(top) for name in names):
            return True
        if top in self._known.local.nested or is_asked_for(top, self._known.local.declared):
            return True
        is_seen = self._environment.has_python and self._environment.is_complete
        return not is_seen and (top in PYTHON_WELL_KNOWN or top in PYTHON_ALIASES)

    def _unknown(self, top: str) -> str:
        if self._environment.has_python:
            return (
                f"`{top}` is not in the standard library, was not asked for and is not installed in the project's "
                "environment; use what is there, or make sure that the package exists and is the right one"
            )
        return (
            f"`{top}` is neither in the standard library nor asked for, and no well-known package; "
            "make sure that it exists and is the right one before it is installed"
        )

    def _is_absent(self, path: str, line: int, absent: Absent) -> Iterator[Finding]:
        if self._resolver.changes.may_set(absent.location, absent.name):
            return
        near = _near(absent.name, self._resolver.names(absent.location))
        message = f"`{absent.owner}` has no `{absent.name}` in the installed version; {near}"
        yield _finding("name", "error", path, line, message)

    def _is_other_version(self, top: str) -> bool:
        """True when another version was asked for than is installed: then the installed one proves nothing."""
        for library in self._known.libraries:
            if library.wish and is_asked_for(top, [library.name]):
                names = (library.name, *PYTHON_ALIASES.get(top, ()))
                found = [find_distribution(name, self._resolver.packages) for name in names]
                return not any(entry and satisfies(entry.version, library.wish) for entry in found)
        return False


def _near(name: str, known: frozenset[str] | tuple[str, ...]) -> str:
    public = sorted(word for word in known if not word.startswith("_") and word not in ("self", "cls"))
    spelled: dict[str, list[str]] = {}
    for word in public:
        spelled.setdefault(word.lower(), []).append(word)
    matches = difflib.get_close_matches(name.lower(), spelled, n=_ALSO, cutoff=0.6)
    near = [word for match in matches for word in sorted(spelled[match], key=lambda word: _shape(word) != _shape(name))]
    if near:
        return f"the nearest is {', '.join(f'`{word}`' for word in near[:_ALSO])}"
    if 0 < len(public) <= 2 * _ALSO:
        return f"it has {', '.join(f'`{word}`' for word in public)}"
    return "nothing there has a similar name"


def _shape(name: str) -> tuple[bool, bool]:
    """How a name is written: as a class, a constant or anything else."""
    return name[:1].isupper(), name.isupper()


def _finding(rule: str, severity: Severity, path: str, line: int, message: str) -> Finding:
    return Finding(rule=f"reality-unknown-{rule}", severity=severity, file=path, line=line, message=message)
