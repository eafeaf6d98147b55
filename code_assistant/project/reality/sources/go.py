"""Go imports held against the standard library, `vendor/` and the module cache: packages, and the names used of them.

The rule: a package is what its folder declares. https://go.dev/ref/mod#module-cache
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from functools import cached_property, lru_cache
from pathlib import Path

from ast_grep_py import SgNode

from code_assistant.project.reality.report import absent
from code_assistant.project.reality.sources.surroundings import ImportReality, home_folder, parse
from code_assistant.project.versions.formats.go_mod import parse_go_mod
from code_assistant.result import AnswerFinding, GeneratedFile
from groundwork.reading.plain_text import read_text

_MAX_BYTES = 2_000_000
_MAX_FILES = 400
_GOROOTS = ("/usr/local/go", "/usr/lib/go", "/opt/homebrew/opt/go/libexec", "C:/Program Files/Go")
_CLAUSE = re.compile(r"^package\s+(\w+)", re.MULTILINE)
_DECLARED = re.compile(r"^(?:func|type|var|const)\s+([\w, ]+)", re.MULTILINE)
_GROUP = re.compile(r"^(?:type|var|const)\s*\(\n(.*?)^\)", re.MULTILINE | re.DOTALL)
_GROUPED = re.compile(r"^\t(\w+(?:, \w+)*)", re.MULTILINE)
_MAJOR = re.compile(r"/v\d+(?:/|$)")
_EMBEDDED = "C"
_COMMANDS = frozenset(["cmd", "internal", "vendor"])


class GoReality(ImportReality):
    """Judges the imports of Go files."""

    def judge(self, file: GeneratedFile) -> Iterator[AnswerFinding]:
        """What is wrong with the imports of one file.

        Raises:
            DeadlineError: there is no time left.
        """
        root = parse(file)
        for spec in root.find_all(kind="import_spec"):
            self._around.deadline.check()
            path, name = spec.field("path"), spec.field("name")
            if path is not None:
                alias = name.text() if name is not None else ""
                yield from self._judge(file, root, spec.range().start.line + 1, path.text().strip('"`'), alias)

    def _judge(self, file: GeneratedFile, root: SgNode, line: int, path: str, alias: str) -> Iterator[AnswerFinding]:
        if path == _EMBEDDED or path.startswith(".") or self._is_own(path):
            return
        is_standard = "." not in path.partition("/")[0]
        place = self._standard(path) if is_standard else self._required(path)
        if place is None:
            is_required = is_standard or not self._modules or self._has_module(path)
            yield from self._judge_unread(file.path, line, path, "go.mod", is_required=is_required)
            return
        names = declared(place)
        if names is None:
            parent = place.parent
            below = [entry.name for entry in parent.iterdir() if entry.is_dir()] if parent.is_dir() else []
            yield absent(file.path, line, path.rpartition("/")[0] or "the standard library", place.name, below)
            return
        clause, known = names
        local = alias or clause
        said: set[str] = set()
        for at, name in _uses(root, local) if local not in ("_", ".") else ():
            if name not in known and name not in said:
                said.add(name)
                yield absent(file.path, at, path, name, [word for word in known if word[:1].isupper()])

    def _is_own(self, path: str) -> bool:
        """True for a package of the project, or of the answer where no go.mod tells its module."""
        modules = list(self._own_modules)
        if any(path == module or path.startswith(f"{module}/") for module in modules):
            return True
        folders = {file.path.rpartition("/")[0] for file in self._around.files if file.path.endswith(".go")}
        return any(folder and (path == folder or path.endswith(f"/{folder}")) for folder in folders)

    @cached_property
    def _own_modules(self) -> tuple[str, ...]:
        return tuple(filter(None, (parse_go_mod(text).name for text in self._around.read_manifests("go.mod"))))

    @cached_property
    def _modules(self) -> dict[str, str]:
        """The modules that the project requires, in small letters, with the version to look for."""
        return {name: found.version for name, found in self._around.versions.items()}

    @cached_property
    def _replaced(self) -> dict[str, Path]:
        """The modules that are a folder of this machine."""
        root = self._around.project_dir or Path()
        replaced = parse_go_mod(read_text(root / "go.mod", _MAX_BYTES)).replaced if self._around.project_dir else {}
        return {name: root / place[0] for (name, _), place in replaced.items() if len(place) == 1}

    def _has_module(self, path: str) -> bool:
        return any(_is_below(path.lower(), module) for module in self._modules)

    def _standard(self, path: str) -> Path | None:
        """Where a package of the standard library is or would be; None where that is not known."""
        source = goroot()
        if source is None or path.partition("/")[0] in _COMMANDS:
            return None
        is_theirs = (source / path.partition("/")[0]).is_dir()
        return source / path if is_theirs or self._own_modules or "/" not in path else None

    def _required(self, path: str) -> Path | None:
        """Where a package of a module is or would be; None where the module is not on this machine."""
        root = self._around.project_dir
        if root is not None and (root / "vendor" / "modules.txt").is_file():
            module = max((name for name in self._modules if _is_below(path.lower(), name)), key=len, default="")
            place = root / "vendor" / path
            return place if module and (place.is_dir() or (root / "vendor" / path[: len(module)]).is_dir()) else None
        for module, folder in self._replaced.items():
            if _is_below(path, module):
                return folder / path[len(module) :].lstrip("/") if folder.is_dir() else None
        for module in sorted(self._modules, key=len, reverse=True):
            if _is_below(path.lower(), module):
                written = path[: len(module)]
                found = _module_folder(written, self._modules[module])
                if found is not None:
                    return found / path[len(module) :].lstrip("/")
        return None


def goroot() -> Path | None:
    """The sources of the standard library."""
    program = shutil.which("go")
    places = [Path(program).resolve().parents[1]] if program else []
    places += [home_folder("GOROOT", "go-is-not-here"), *map(Path, _GOROOTS), *Path("/usr/lib").glob("go-*")]
    return next((place / "src" for place in places if (place / "src" / "fmt" / "print.go").is_file()), None)


@lru_cache(maxsize=200)
def declared(folder: Path) -> tuple[str, frozenset[str]] | None:
    """The name of the package in a folder and what its files declare; None where there is no package."""
    clause, names = "", set[str]()
    files = sorted(folder.glob("*.go")) if folder.is_dir() else []
    for file in files[:_MAX_FILES]:
        if file.name.endswith("_test.go"):
            continue
        text = read_text(file, _MAX_BYTES)
        found = _CLAUSE.search(text)
        clause = found[1] if found and found[1] != "main" and (not clause or found[1] == folder.name) else clause
        groups = "\n".join(_GROUP.findall(text))
        for words in (*_DECLARED.findall(text), *_GROUPED.findall(groups)):
            names |= {word.strip().partition(" ")[0] for word in words.split(",")}
    return (clause, frozenset(names)) if clause else None


def _uses(root: SgNode, package: str) -> Iterator[tuple[int, str]]:
    """The exported names that a file uses of a package, unless something else in it has the package's name."""
    selectors = [
        (node, node.field("operand"), node.field("field")) for node in root.find_all(kind="selector_expression")
    ]
    owned = [(node, field) for node, owner, field in selectors if owner is not None and owner.text() == package]
    mentions = root.find_all({"rule": {"kind": "identifier", "regex": f"^{re.escape(package)}$"}})
    if len(mentions) > len(owned):
        return
    types = [(node, node.field("name")) for node in root.find_all(kind="qualified_type")]
    owned += [(node, name) for node, name in types if node.text().startswith(f"{package}.")]
    for node, name in sorted(owned, key=lambda pair: pair[0].range().start.index):
        if name is not None and name.text()[:1].isupper():
            yield node.range().start.line + 1, name.text()


def _is_below(path: str, module: str) -> bool:
    """True for a package of a module; `x/y/v2` is a module of its own beside `x/y`."""
    return path == module or (path.startswith(f"{module}/") and not _MAJOR.match(path[len(module) :]))


def _module_folder(module: str, version: str) -> Path | None:
    """The folder of a module in the cache, whose capitals are written `!c`."""
    cache = home_folder("GOMODCACHE", "go", "pkg", "mod")
    if not cache.is_dir():
        cache = home_folder("GOPATH", "go") / "pkg" / "mod"
    escaped = re.sub(r"[A-Z]", lambda found: f"!{found[0].lower()}", module)
    places = [cache / f"{escaped}@v{version}{suffix}" for suffix in ("", "+incompatible")]
    return next((place for place in places if place.is_dir()), None)
