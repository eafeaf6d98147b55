"""Versions that Rust and Java projects name: Cargo and Maven."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

from code_assistant.project.versions.files import VersionFiles
from code_assistant.project.versions.found import FoundVersions, table, tables
from groundwork.reading.toml_text import parse_toml

_XML_DECLARES = re.compile(r"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"\$\{([^}$\n]{1,200})\}")
_MAX_FILLED_CHARS = 200
_MAX_PLACEHOLDERS = 5
"""A property may name another one; deeper chains than this are loops."""


def read_cargo_lock(files: VersionFiles, name: str) -> Iterator[FoundVersions]:
    """Crates with their exact versions; the project's own crates have no source."""
    for package in tables(parse_toml(files.read(name) or ""), "package"):
        if "source" in package:
            yield FoundVersions(str(package.get("name", "")), str(package.get("version", "")), is_exact=True)


def read_cargo_manifest(files: VersionFiles, name: str) -> Iterator[FoundVersions]:
    """Crates with the ranges of a Cargo.toml, where a bare `1.2` means `^1.2`."""
    document = parse_toml(files.read(name) or "")
    places = [document, table(document, "workspace"), *table(document, "target").values()]
    for place in places:
        for kind in ("dependencies", "dev-dependencies", "build-dependencies"):
            yield from _crates(table(place, kind))


def read_pom(files: VersionFiles, name: str) -> Iterator[FoundVersions]:
    """Artifacts as `group:artifact` with the versions of a pom.xml, properties filled in."""
    text = files.read(name)
    if text is None:
        return
    if _XML_DECLARES.search(text):
        files.problem(name, "declares a document type or entities and is not read")
        return
    root = ElementTree.fromstring(text)  # noqa: S314 - what makes XML dangerous was refused above
    properties = _properties(root)
    for place in root.iter():
        if _plain(place.tag) in ("dependency", "parent", "plugin"):
            yield from _artifact(place, properties)


def _crates(dependencies: dict[str, Any]) -> Iterator[FoundVersions]:
    for name, wish in dependencies.items():
        version = table(wish).get("version") if isinstance(wish, dict) else wish
        crate = str(table(wish).get("package", name))
        if isinstance(version, str):
            is_exact = version.startswith("=")
            shown = version.lstrip("= ") if is_exact else re.sub(r"^(?=\d)", "^", version)
            yield FoundVersions(crate, shown, is_exact)


def _properties(root: ElementTree.Element) -> dict[str, str]:
    parent = {f"project.parent.{_plain(part.tag)}": _text(part) for part in _children(root, "parent")}
    own = {f"project.{_plain(part.tag)}": _text(part) for part in root if len(part) == 0}
    named = {_plain(part.tag): _text(part) for part in _children(root, "properties")}
    inherited = {"project.version": parent.get("project.parent.version", "")}
    return {**inherited, **parent, **own, **named}


def _artifact(place: ElementTree.Element, properties: dict[str, str]) -> Iterator[FoundVersions]:
    parts = {_plain(part.tag): _fill(_text(part), properties) for part in place}
    group, artifact, version = (parts.get(key, "") for key in ("groupId", "artifactId", "version"))
    if artifact and version and "${" not in version:
        is_exact = not re.search(r"[\[(,]", version)
        yield FoundVersions(f"{group}:{artifact}", version if is_exact else _maven_range(version), is_exact)


def _maven_range(text: str) -> str:
    """`[1.0,2.0)` as `>=1.0,<2.0`."""
    low, _, high = text.strip("[]()").partition(",")
    if not high and "," not in text:
        return f"=={low}"
    lower = f"{'>=' if text.startswith('[') else '>'}{low}" if low else ""
    upper = f"{'<=' if text.endswith(']') else '<'}{high}" if high else ""
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


def _children(root: ElementTree.Element, tag: str) -> list[ElementTree.Element]:
    return [part for place in root if _plain(place.tag) == tag for part in place]


def _plain(tag: object) -> str:
    return str(tag).rpartition("}")[2]


def _text(element: ElementTree.Element) -> str:
    return (element.text or "").strip()
