"""Rust paths held against the registry's sources, `vendor/` and, where it is there, the standard library's.

The rule: a name is missing when its module is read and declares it nowhere, or when no file of the crate mentions it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property, lru_cache
from pathlib import Path

from ast_grep_py import SgNode

from code_assistant.project.reality.report import absent
from code_assistant.project.reality.sources.surroundings import ImportReality, home_folder, parse
from code_assistant.project.versions.choice import ProjectVersion
from code_assistant.project.versions.formats.cargo import KINDS
from code_assistant.project.versions.found import table
from code_assistant.project.versions.match import satisfies
from code_assistant.result import AnswerFinding, GeneratedFile
from groundwork.reading.plain_text import read_text
from groundwork.reading.toml_text import parse_toml_table

_MAX_BYTES = 1_000_000
_MAX_FILES = 1_500
_STANDARD = frozenset(["std", "core", "alloc"])
_HERE = frozenset(["crate", "self", "super", "proc_macro", "test"])
_DECLARED = re.compile(
    r"\b(?:mod|fn|struct|enum|union|trait|type|const|static|macro_rules!|macro|extern crate)\s+(?:mut\s+|r#)?(\w+)"
    r"|proc_macro(?:_derive|_attribute)?\s*(?:\(\s*(\w+)|\]\s*pub fn (\w+))"
)
_USE = re.compile(r"\buse\s+([^;]{1,20000});")
_OPEN = re.compile(r"\binclude!|\$\w*(?:name|vis|item|mod)|#\[path")
"""What declares names that are not written here."""
_STAR = re.compile(r"\buse\s+[^;]{0,20000}\*[^;]{0,200};")
"""All names of another module."""
_WORD = re.compile(r"\w+")
_BOUND = re.compile(r"\b(?:mod|fn|let|let mut)\s+(\w+)")
_MAX_DEPTH = 10


class RustReality(ImportReality):
    """Judges the paths of Rust files."""

    def judge(self, file: GeneratedFile) -> Iterator[AnswerFinding]:
        """What is wrong with the paths of one file.

        Raises:
            DeadlineError: there is no time left.
        """
        root = parse(file)
        used = list(_used(root))
        scope = {local: path for _, path, local in used if local}
        bound = set(_BOUND.findall(file.content)) | self._own_modules | _HERE
        said: set[tuple[str, ...]] = set()
        mentioned = [(line, (*scope.get(path[0], path[:1]), *path[1:])) for line, path in _mentioned(root)]
        for number, (line, path) in enumerate([*((line, path) for line, path, _ in used), *mentioned]):
            self._around.deadline.check()
            if path[0] not in bound and path not in said:
                said.add(path)
                yield from self._judge(file, line, path, is_use=number < len(used))

    def _judge(self, file: GeneratedFile, line: int, path: tuple[str, ...], *, is_use: bool) -> Iterator[AnswerFinding]:
        name = path[0]
        if name in _STANDARD:
            place = standard_sources(name)
        elif name in self._locals:
            return
        else:
            found = self._crate(name)
            if found is None:
                if is_use:
                    is_required = not self._locals or name in self._known
                    yield from self._judge_unread(file.path, line, name, "Cargo.toml", is_required=is_required)
                return
            place = found
        if place is None:
            return  # the standard library's sources are a component that few have installed
        crate = read_crate(place)
        missing = crate.find_missing(path[1:]) if crate is not None else None
        if missing is not None:
            owner = "::".join(path[: missing + 1])
            yield absent(file.path, line, owner, path[missing + 1], crate.known if crate is not None else ())

    @cached_property
    def _own_modules(self) -> frozenset[str]:
        """Modules of the answer, which a path may start with."""
        paths = [file.path.split("/") for file in self._around.files if file.path.endswith(".rs")]
        return frozenset(part.removesuffix(".rs") for path in paths for part in path)

    @cached_property
    def _manifests(self) -> list[dict[str, object]]:
        return [parse_toml_table(text) for text in self._around.read_manifests("Cargo.toml")]

    @cached_property
    def _locals(self) -> frozenset[str]:
        """The crates of the project itself, by the names that code has for them."""
        packages = [table(one, "package").get("name") for one in self._manifests]
        libraries = [table(one, "lib").get("name") for one in self._manifests]
        return frozenset(str(name).replace("-", "_") for name in (*packages, *libraries) if name)

    @cached_property
    def _declared(self) -> dict[str, str]:
        """The dependencies of the manifests: the name in code, and the crate's own."""
        found: dict[str, str] = {}
        for manifest in self._manifests:
            for part in (manifest, table(manifest, "workspace"), *table(manifest, "target").values()):
                for kind in KINDS:
                    for name, wish in table(part, kind).items():
                        renamed = wish.get("package") if isinstance(wish, dict) else None
                        found[name.replace("-", "_")] = str(renamed or name)
        return found

    @property
    def _known(self) -> frozenset[str]:
        return frozenset(self._declared) | {name.replace("-", "_") for name in self._around.versions}

    def _crate(self, name: str) -> Path | None:
        """The sources of a crate in the version that the project has; without a project of none."""
        crate = self._declared.get(name, name)
        found = self._around.versions.find(crate)
        root = self._around.project_dir
        if found is None or root is None:
            return None
        registry = home_folder("CARGO_HOME", ".cargo") / "registry" / "src"
        folders = [root / "vendor", *(sorted(registry.iterdir()) if registry.is_dir() else ())]
        spellings = dict.fromkeys([crate, crate.replace("_", "-"), crate.replace("-", "_"), found.name])
        places = [
            place
            for folder in folders
            for one in spellings
            for place in sorted(folder.glob(f"{one}-[0-9]*"), reverse=True)
            if _fits(place.name[len(one) + 1 :], found)
        ] + [root / "vendor" / one for one in spellings]
        return next((place for place in places if (place / "Cargo.toml").is_file()), None)


class Crate:
    """The sources of one crate, read when they are asked about."""

    def __init__(self, folder: Path, library: Path) -> None:
        self._folder = folder
        self._library = library

    @cached_property
    def _texts(self) -> dict[Path, str]:
        files = sorted(self._folder.rglob("*.rs"))[:_MAX_FILES]
        return {file: read_text(file, _MAX_BYTES) for file in files}

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(word for text in self._texts.values() for word in _WORD.findall(text))

    @cached_property
    def _macros(self) -> frozenset[str]:
        """What `#[macro_export]` puts at the root, wherever it stands."""
        return frozenset(name for text in self._texts.values() for name in re.findall(r"macro_rules!\s*(\w+)", text))

    @cached_property
    def known(self) -> frozenset[str]:
        """The names at the root, for suggestions."""
        return _names(self._texts.get(self._library, ""))

    def find_missing(self, path: tuple[str, ...]) -> int | None:
        """The place in a path of the first name that is surely not there; what lies in a type is not looked at."""
        module: Path | None = self._library
        for number, name in enumerate(path):
            if name not in self._words:
                return number
            if module is not None and not self._has(module, name, is_root=number == 0):
                return number
            if not name.islower():
                return None
            module = self._below(module, name) if module is not None else None
            if module is None and not self._has_inside(name):
                return None
        return None

    def _has_inside(self, name: str) -> bool:
        """True for a module that stands inside a file of this crate and takes nothing unseen from elsewhere."""
        start = re.compile(rf"\bmod\s+{re.escape(name)}\s*\{{")
        return any(start.search(text) and not _STAR.search(text) for text in self._texts.values())

    def _has(self, module: Path, name: str, *, is_root: bool) -> bool:
        text = self._texts.get(module, "")
        is_open = not text or bool(_OPEN.search(text)) or bool(_STAR.search(text))
        return is_open or name in _names(text) or (is_root and name in self._macros)

    def _below(self, module: Path, name: str) -> Path | None:
        """The file of a module that another declares; None for one that stands inside or comes from elsewhere."""
        inside = module.parent if module.name in ("lib.rs", "mod.rs", "main.rs") else module.with_suffix("")
        places = (inside / f"{name}.rs", inside / name / "mod.rs")
        is_declared = re.search(rf"\bmod\s+(?:r#)?{re.escape(name)}\s*;", self._texts.get(module, ""))
        return next((place for place in places if place in self._texts), None) if is_declared else None


def _fits(version: str, found: ProjectVersion) -> bool:
    """Whether a version is the one that is locked or, without a lock file, one that is wished."""
    return version == found.version or (not found.is_exact and satisfies(version, found.version))


@lru_cache(maxsize=30)
def read_crate(folder: Path) -> Crate | None:
    """The crate in a folder; None where it has no library."""
    library = table(parse_toml_table(read_text(folder / "Cargo.toml", _MAX_BYTES)), "lib").get("path")
    place = folder / (library if isinstance(library, str) else "src/lib.rs")
    return Crate(folder, place) if place.is_file() else None


def standard_sources(name: str) -> Path | None:
    """The sources of `std`, `core` or `alloc`, where rustup's `rust-src` is installed."""
    toolchains = home_folder("RUSTUP_HOME", ".rustup") / "toolchains"
    places = sorted(toolchains.glob(f"*/lib/rustlib/src/rust/library/{name}"))
    return next((place for place in places if (place / "Cargo.toml").is_file()), None)


def _names(text: str) -> frozenset[str]:
    """What a module declares or takes in from others."""
    declared = {name for groups in _DECLARED.findall(text) for name in groups if name}
    return frozenset(declared | {word for use in _USE.findall(text) for word in _WORD.findall(use)})


def _used(root: SgNode) -> Iterator[tuple[int, tuple[str, ...], str]]:
    """The line, the path and the local name of each thing in `use` declarations, groups taken apart."""
    for declaration in root.find_all(kind="use_declaration"):
        argument = declaration.field("argument")
        text = re.sub(r"//[^\n]*|/\*.*?\*/", "", argument.text(), flags=re.DOTALL) if argument is not None else ""
        for path, local in _expand(text, ()):
            yield declaration.range().start.line + 1, path, local


def _expand(text: str, above: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    """`a::{b, c as d}` is `a::b` under its own name and `a::c` as `d`; one that ends in a star has no name."""
    before, brace, group = text.strip().partition("{")
    if brace and len(above) < _MAX_DEPTH:
        head = tuple(part.strip() for part in before.split("::") if part.strip())
        for part in _split(group.rpartition("}")[0]):
            yield from _expand(part, (*above, *head))
        return
    written, _, alias = before.partition(" as ")
    words = [part.strip().removeprefix("r#") for part in written.split("::") if part.strip()]
    path = (*above, *(word for word in words if word not in ("*", "self")))
    if path and all(part.isidentifier() for part in path):
        yield path, "" if "*" in words else alias.strip() or path[-1]


def _split(group: str) -> Iterator[str]:
    """The parts of a group, at the commas that are in no inner one."""
    depth, start = 0, 0
    for at, mark in enumerate(group):
        depth += (mark == "{") - (mark == "}")
        if mark == "," and not depth:
            yield group[start:at]
            start = at + 1
    if group[start:].strip():
        yield group[start:]


def _mentioned(root: SgNode) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Paths in code, such as `serde_json::from_str`, that begin with a module or a crate."""
    for kind in ("scoped_identifier", "scoped_type_identifier"):
        for node in root.find_all(kind=kind):
            path = tuple(part.strip() for part in node.text().split("::"))
            above = [one.kind() for one in node.ancestors()]
            is_part = bool(above) and above[0] in ("scoped_identifier", "scoped_type_identifier")
            if (
                not is_part
                and "use_declaration" not in above
                and path[0].islower()
                and all(map(str.isidentifier, path))
            ):
                yield node.range().start.line + 1, path
