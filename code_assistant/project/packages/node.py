"""An installed npm package as documentation: its README and its type declarations, what matters, within a budget.

The rule: files are read inside `node_modules` only; nothing is resolved by running Node.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from code_assistant.project.libraries import LibraryName
from code_assistant.project.packages.readme import without_badges
from code_assistant.project.versions.match import satisfies
from code_assistant.text.trim import trim
from groundwork.reading.json_text import parse_json_table
from groundwork.reading.plain_text import read_text

README_SHARE = 0.4
"""Of the budget; the rest is for declarations."""
MAX_FILES = 25
"""Declaration files that are followed from the entry."""
_MAX_BYTES = 400_000
_COMPILER = "99.0"
"""A TypeScript newer than all that is written about."""
_NAME = re.compile(r"^(@[\w.~-]+/)?[\w.~-]+$")
_REEXPORT = re.compile(
    r"""^[ \t]*(?:export|import)\b[^'"\n]*\bfrom\s+['"](\.[^'"]+)['"]|reference\s+path=["']([^"']+)""", re.M
)
_DECLARATION = re.compile(r"^(?=export\b|declare\b|interface\b|type\b|    export\b|  export\b)", re.MULTILINE)
_NOT_DECLARED = re.compile(r"^[ \t]*//.*$|^[ \t]*(?:import|export)\b[^\n]*\bfrom\s*['\"][^\n]*$", re.MULTILINE)
_BLANK = re.compile(r"\n(?:[ \t]*\n)+")
_README = re.compile(r"^readme(\.(md|markdown|txt))?$", re.IGNORECASE)


@dataclass(frozen=True)
class NodeDocumentation:
    """What was read of one package."""

    name: str
    version: str
    text: str
    source: str
    """The files, relative to the project."""


def node_documentation(
    library: LibraryName, query: str, node_modules: Path, max_chars: int
) -> NodeDocumentation | None:
    """Describe an installed package with regard to a query, or None when it is not installed. Blocking."""
    name, folder = _name(node_modules, library.name.strip())
    if folder is None:
        return None
    manifest = _manifest(folder)
    version = str(manifest.get("version", ""))
    readme = trim(_readme(folder), int(max_chars * README_SHARE), f"{query} example usage").text
    declarations, entry = _declarations(node_modules, folder, manifest, name)
    head = f"# {name} {version}, as installed\n\n{manifest.get('description') or ''}".rstrip()
    fitted = trim(declarations, max_chars - len(head) - len(readme) - 80, query).text
    parts = [head, *(["## From its README", readme] if readme else [])]
    parts += ["## Type declarations", f"```ts\n{fitted}\n```"] if fitted else []
    source = (entry or folder / "package.json").relative_to(node_modules.parent.resolve()).as_posix()
    return NodeDocumentation(name, version, "\n\n".join(parts) + "\n", source)


def _name(node_modules: Path, name: str) -> tuple[str, Path | None]:
    """A package as people call it: `Next.js` is `next`, `React` is `react`."""
    for candidate in dict.fromkeys([name, name.lower(), name.removesuffix(".js"), name.lower().removesuffix(".js")]):
        folder = package_folder(node_modules, candidate)
        if folder is not None:
            return candidate, folder
    return name, None


def package_folder(node_modules: Path, name: str) -> Path | None:
    """The folder of a package; pnpm's links lead elsewhere inside `node_modules`, a workspace's into the project."""
    if not _NAME.match(name) or ".." in name:
        return None
    folder = (node_modules / name).resolve()
    is_inside = folder.is_relative_to(node_modules.parent.resolve())
    return folder if is_inside and (folder / "package.json").is_file() else None


def _manifest(folder: Path) -> dict[str, Any]:
    return parse_json_table(_read(folder / "package.json"))


def _readme(folder: Path) -> str:
    names = sorted(entry.name for entry in folder.iterdir() if _README.match(entry.name))
    text = _read(folder / names[0]) if names else ""
    return without_badges(text)


def _declarations(node_modules: Path, folder: Path, manifest: dict[str, Any], name: str) -> tuple[str, Path | None]:
    """The declarations of a package, or those of its `@types` package, as blocks that can be trimmed."""
    entry = declaration_entry(folder, manifest)
    if entry is None:
        typed = package_folder(node_modules, f"@types/{name.lstrip('@').replace('/', '__')}")
        folder = typed or folder
        entry = declaration_entry(typed, _manifest(typed)) if typed else None
    if entry is None:
        return "", None
    blocks = [block for file in _follow(folder, entry) for block in _blocks(_read(file))]
    return "\n\n".join(dict.fromkeys(blocks)), entry


def declaration_entry(folder: Path, manifest: dict[str, Any]) -> Path | None:
    """The declaration file that stands for a package, or None when it has none."""
    exported = manifest.get("exports")
    main = exported.get(".", exported) if isinstance(exported, dict) else None
    named = [manifest.get("types"), manifest.get("typings"), *find_types(main), "index.d.ts"]
    if isinstance(manifest.get("main"), str):
        named.append(re.sub(r"\.[cm]?js$", "", manifest["main"]) + ".d.ts")
    plain = [name for name in named if isinstance(name, str)]
    placed = [place for name in plain for place in _for_this_compiler(manifest, name)]
    for name in [*placed, *plain]:
        file = (folder / name).resolve()
        if file.is_file() and file.is_relative_to(folder) and re.search(r"\.d\.[cm]?ts$", file.name):
            return file
    return None


def _for_this_compiler(manifest: dict[str, Any], name: str) -> Iterator[str]:
    """Where `typesVersions` puts a declaration file for a current compiler; most entries are for old ones."""
    versions = manifest.get("typesVersions")
    for wish, patterns in versions.items() if isinstance(versions, dict) else ():
        for pattern, places in patterns.items() if isinstance(patterns, dict) and satisfies(_COMPILER, wish) else ():
            before, star, after = pattern.partition("*")
            shown = name.removeprefix("./")
            fits = shown == pattern or (star and shown.startswith(before) and shown.endswith(after))
            if fits and isinstance(places, list) and places and isinstance(places[0], str):
                yield places[0].replace("*", shown[len(before) : len(shown) - len(after)])


def find_types(exported: object, depth: int = 0) -> Iterator[str]:
    """The `types` conditions of an entry in `exports`, which may be nested in `import` and `require`."""
    if isinstance(exported, dict) and depth < 5:
        for key, value in exported.items():
            if key.startswith("types") and isinstance(value, str):
                yield value
            else:
                yield from find_types(value, depth + 1)


def _follow(folder: Path, entry: Path) -> list[Path]:
    """The entry and the files that it re-exports, inside the package."""
    found, waiting = [entry], [entry]
    while waiting and len(found) < MAX_FILES:
        file = waiting.pop(0)
        for match in _REEXPORT.finditer(_read(file)):
            target = re.sub(r"(\.d)?\.[cm]?[jt]s$", "", match[1] or match[2])
            for suffix in (".d.ts", ".d.mts", ".d.cts", "/index.d.ts"):
                path = (file.parent / f"{target}{suffix}").resolve()
                if path.is_relative_to(folder) and path.is_file() and path not in found:
                    found.append(path)
                    waiting.append(path)
                    break
    return found


def _blocks(text: str) -> list[str]:
    """One block for each declaration with the comment before it; blank lines inside go, they separate blocks."""
    text = _NOT_DECLARED.sub("", text)
    parts = _DECLARATION.split(text)
    blocks: list[str] = []
    comment = ""
    for part in parts:
        own, following = _without_last_comment(part.rstrip())
        blocks.append(f"{comment}{own}")
        comment = following
    blocks.append(comment)
    return [shown for block in blocks if (shown := _BLANK.sub("\n", block).strip())]


def _without_last_comment(part: str) -> tuple[str, str]:
    """A declaration, and the comment at its end, which is about the next one."""
    start = part.rfind("/*") if part.endswith("*/") else -1
    if start < 0 or part.find("*/", start) != len(part) - 2 or part[:start].rpartition("\n")[2].strip():
        return part, ""
    return part[:start], f"{part[start:]}\n"


def _read(path: Path) -> str:
    return read_text(path, _MAX_BYTES)
