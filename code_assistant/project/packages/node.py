"""An installed npm package as documentation: its README and its type declarations, what matters, within a budget."""

from __future__ import annotations

import re
from contextlib import suppress
from itertools import islice
from pathlib import Path

from code_assistant.project.libraries import LibraryName
from code_assistant.project.packages.document import InstalledDoc, join_document, without_badges
from code_assistant.project.packages.modules import Deadline, DeadlineError
from code_assistant.project.packages.npm import NpmPackage
from code_assistant.text.trim import trim
from groundwork.reading.plain_text import read_text

README_SHARE = 0.4
"""Of the budget; the rest is for declarations."""
_MAX_FILES = 25
"""Declaration files that are shown, from the entry on."""
_MAX_BYTES = 400_000
_DECLARATION = re.compile(r"^(?=export\b|declare\b|interface\b|type\b|    export\b|  export\b)", re.MULTILINE)
_NOT_DECLARED = re.compile(r"^[ \t]*//.*$|^[ \t]*(?:import|export)\b[^\n]*\bfrom\s*['\"][^\n]*$", re.MULTILINE)
_BLANK = re.compile(r"\n(?:[ \t]*\n)+")
_README = re.compile(r"^readme(\.(md|markdown|txt))?$", re.IGNORECASE)


def node_documentation(
    library: LibraryName, query: str, node_modules: Path, deadline: Deadline, max_chars: int
) -> InstalledDoc | None:
    """Describe an installed package with regard to a query, or None when it is not installed. Blocking."""
    package = _find_package(library.name.strip(), node_modules, deadline)
    if package is None or package.folder is None:
        return None
    readme = trim(_readme(package.folder), int(max_chars * README_SHARE), f"{query} example usage").text
    entry = package.find_entry()
    head = f"# {package.name} {package.version}, as installed\n\n{package.manifest.get('description') or ''}".rstrip()
    budget = max_chars - len(head) - len(readme) - 80
    fitted = trim(_show_declarations(package, entry), budget, query).text if entry is not None else ""
    text = join_document(head, readme, "## Type declarations", f"```ts\n{fitted}\n```" if fitted else "")
    source = (entry or package.folder / "package.json").relative_to(node_modules.parent.resolve()).as_posix()
    return InstalledDoc(package.name, package.version, text, source)


def _find_package(name: str, node_modules: Path, deadline: Deadline) -> NpmPackage | None:
    """A package as people call it: `Next.js` is `next`, `React` is `react`."""
    names = dict.fromkeys([name, name.lower(), name.removesuffix(".js"), name.lower().removesuffix(".js")])
    packages = (NpmPackage(node_modules, candidate, deadline) for candidate in names)
    return next((package for package in packages if package.folder is not None), None)


def _readme(folder: Path) -> str:
    names = sorted(entry.name for entry in folder.iterdir() if _README.match(entry.name))
    return without_badges(read_text(folder / names[0], _MAX_BYTES)) if names else ""


def _show_declarations(package: NpmPackage, entry: Path) -> str:
    """The declarations that an entry leads to, as blocks that can be trimmed."""
    texts: list[str] = []
    with suppress(DeadlineError):  # what was read by then is better than nothing
        texts += islice(filter(None, package.read_declarations(entry)), _MAX_FILES)
    return "\n\n".join(dict.fromkeys(block for text in texts for block in _blocks(text)))


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
