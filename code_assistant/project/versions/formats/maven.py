"""pom.xml: https://maven.apache.org/pom.html.

Its one rule: only what the project itself depends on, as Maven puts it together from a pom and the parents that lie in
the same repository; a version that comes from elsewhere, such as a bill of materials, is not known.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from code_assistant.project.versions.files import VersionFiles
from code_assistant.project.versions.found import FoundVersions, join
from groundwork.reading.xml_text import XmlError, parse_xml

_PLACEHOLDER = re.compile(r"\$\{([^}$\n]{1,200})\}")
_MAX_FILLED_CHARS = 200
_MAX_PLACEHOLDERS = 5
"""A property may name another one; deeper chains than this are loops."""
_MAX_PARENTS = 10


@dataclass(frozen=True)
class _Artifact:
    """With its placeholders."""

    name: str
    """`group:artifact`."""
    version: str


def read(files: VersionFiles, name: str) -> Iterator[FoundVersions]:
    """Artifacts as `group:artifact` with their versions: its own first, then what the management says."""
    lineage = list(_lineage(files, name))
    properties: dict[str, str] = {}
    managed: dict[str, str] = {}
    for root in reversed(lineage):
        properties |= _properties(root)
    for root in reversed(lineage):
        managed |= {one.name: one.version for one in _artifacts(root, "dependencyManagement/dependencies/dependency")}
    own = [one for root in lineage for one in _artifacts(root, "dependencies/dependency")]
    own += [one for root in lineage for one in _artifacts(root, "parent")]
    known: set[str] = set()
    for one, is_direct in [(one, True) for one in own] + [(_Artifact(*pair), False) for pair in managed.items()]:
        artifact = _fill(one.name, properties)
        if artifact not in known:
            known.add(artifact)
            yield from _found(artifact, _fill(one.version or managed.get(one.name, ""), properties), is_direct)


def _lineage(files: VersionFiles, name: str) -> Iterator[Element]:
    """A pom and its parents, as far as they lie in the project."""
    seen: set[str] = set()
    wanted = ""
    while name not in seen and len(seen) < _MAX_PARENTS:
        text = files.read(name) if not seen else files.read_if_there(name)
        if text is None:
            return
        try:
            root = parse_xml(text)
        except XmlError:
            if not seen:
                raise
            return  # told when it is read for its own sake
        if wanted and _text(root, "artifactId") != wanted:
            return
        seen.add(name)
        yield root
        parent = root.find("parent")
        if parent is None:
            return
        place = parent.find("relativePath")
        path = "../pom.xml" if place is None else _text(parent, "relativePath")
        if not path:
            return
        wanted = _text(parent, "artifactId")
        name = join(posixpath.dirname(name), path if path.endswith(".xml") else f"{path}/pom.xml")
        if name.startswith(".."):
            return


def _places(root: Element) -> list[Element]:
    """The project, and those of its profiles that are active unless somebody says otherwise."""
    profiles = root.findall("profiles/profile")
    return [root, *(profile for profile in profiles if _text(profile, "activation/activeByDefault") == "true")]


def _properties(root: Element) -> dict[str, str]:
    parent = {f"project.parent.{part.tag}": _said(part) for part in root.findall("parent/*")}
    inherited = {f"project.{key}": parent.get(f"project.parent.{key}", "") for key in ("version", "groupId")}
    own = {f"project.{part.tag}": _said(part) for part in root if len(part) == 0}
    named = {part.tag: _said(part) for place in _places(root) for part in place.findall("properties/*")}
    return {**inherited, **parent, **own, **named}


def _artifacts(root: Element, path: str) -> Iterator[_Artifact]:
    for place in _places(root):
        for one in place.findall(path):
            if artifact := _text(one, "artifactId"):
                yield _Artifact(f"{_text(one, 'groupId')}:{artifact}", _text(one, "version"))


def _found(artifact: str, version: str, is_direct: bool) -> Iterator[FoundVersions]:
    if version and "${" not in version and version not in ("LATEST", "RELEASE"):
        only = re.fullmatch(r"\[([^,\[\]()]+)\]", version)
        is_exact = only is not None or not re.search(r"[\[(,]", version)
        shown = (only[1].strip() if only else version) if is_exact else show_range(version)
        yield FoundVersions(artifact, shown, is_exact, is_direct)


def show_range(text: str) -> str:
    """`[1.0,2.0)` as `>=1.0,<2.0`; Gradle writes `]` for `(` as well."""
    low, _, high = text.strip("[]()").partition(",")
    lower = f"{'>=' if text.startswith('[') else '>'}{low.strip()}" if low else ""
    upper = f"{'<=' if text.endswith(']') else '<'}{high.strip()}" if high else ""
    return ",".join(part for part in (lower, upper) if part)


def _fill(text: str, properties: dict[str, str]) -> str:
    if len(text) > _MAX_FILLED_CHARS:
        return ""
    for _ in range(_MAX_PLACEHOLDERS):
        filled = _PLACEHOLDER.sub(lambda match: properties.get(match[1].strip(), match[0]), text)
        if filled == text or len(filled) > _MAX_FILLED_CHARS:
            break
        text = filled
    return text


def _text(element: Element, path: str) -> str:
    return (element.findtext(path) or "").strip()


def _said(element: Element) -> str:
    return (element.text or "").strip()
