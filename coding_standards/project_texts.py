"""The prose that a project keeps for coding agents, and which files it is meant for.

Formats: AGENTS.md (https://agents.md), CLAUDE.md with `@path` imports, Cursor's `.mdc` rules and the legacy
`.cursorrules`, Copilot's instructions with `applyTo`. Its one rule: a text applies where it says, nowhere else.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import yaml

from coding_standards.globs import matches, may_match_language, split_globs
from coding_standards.languages import Language
from coding_standards.project_files import ProjectFiles
from coding_standards.standards import Item, StandardError, parse_standard

MAX_IMPORT_DEPTH = 5
"""As deep as Claude Code follows `@path` imports."""

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n?^---[ \t]*$\n?", re.DOTALL | re.MULTILINE)
_GLOBS_LINE = re.compile(r"^(globs|applyTo)[ \t]*:[ \t]*([^\s\[].*)$", re.MULTILINE)
_IMPORT = re.compile(r"(?<![\w`@./])@((?:\./)?[\w~./][^\s`'\"<>()\[\]]*)")
_FENCE = re.compile(r"^\s*(```|~~~)")


@dataclass(frozen=True)
class ProjectText:
    """One file of prose and the files that it is meant for."""

    title: str
    text: str
    """Markdown without front matter, imports filled in."""
    source: str
    """The file, relative to the project."""
    folder: str = ""
    """Holds below this folder only, relative to the project; the empty string for all of it."""
    globs: tuple[str, ...] = ()
    """Holds for files that match one of them, relative to `folder`; empty for all."""
    on_request: bool = False
    """A Cursor rule without globs that is not always applied: shown in the index, applied to nothing."""
    description: str = ""
    items: tuple[Item, ...] = ()
    """Obligations that carry an id; a text without ids has none."""

    def applies_to(self, language: Language, path: str | None) -> bool:
        """Tell whether it holds for a file of `language` at `path`, relative to the project.

        Without a path, a text for a folder does not hold, and a glob holds when it is about the language.
        """
        if self.on_request:
            return False
        if path is None:
            return not self.folder and (
                not self.globs or any(may_match_language(glob, language) for glob in self.globs)
            )
        prefix = f"{self.folder}/" if self.folder else ""
        if not path.startswith(prefix):
            return False
        inner = path.removeprefix(prefix)
        return not self.globs or any(matches(glob, inner) for glob in self.globs)


def read_texts(files: ProjectFiles) -> tuple[ProjectText, ...]:
    """Read every text of the project, the outermost folder first; a file reached twice is read once."""
    texts: list[ProjectText] = []
    for source in list(files.found):
        reader = _reader_of(source)
        if reader is None or files.is_repeated(source):
            continue
        raw = files.read(source)
        if raw is not None and raw.strip():
            texts.append(reader(files, source, raw))
    return tuple(texts)


def _agents(files: ProjectFiles, source: str, raw: str) -> ProjectText:
    return _text(files, source, raw, folder=posixpath.dirname(source))


def _claude(files: ProjectFiles, source: str, raw: str) -> ProjectText:
    folder = posixpath.dirname(source)
    folder = posixpath.dirname(folder) if posixpath.basename(folder) == ".claude" else folder
    return _text(files, source, _with_imports(files, source, raw, (source,)), folder=folder)


def _cursor(files: ProjectFiles, source: str, raw: str) -> ProjectText:
    meta, body = _front_matter(files, source, raw)
    is_always = meta.get("alwaysApply") is True
    # Cursor matches a glob without a slash at any depth: `*.ts` is how most rules are written.
    globs = tuple(glob if "/" in glob else f"**/{glob}" for glob in _globs(meta.get("globs")))
    return _text(
        files,
        source,
        body,
        folder=source.partition(".cursor/")[0].rstrip("/"),
        globs=() if is_always else globs,
        on_request=not is_always and not globs,
        description=_word(meta.get("description")),
    )


def _copilot(files: ProjectFiles, source: str, raw: str) -> ProjectText:
    meta, body = _front_matter(files, source, raw)
    globs = _globs(meta.get("applyTo"))
    is_scoped = source.endswith(".instructions.md")
    return _text(
        files,
        source,
        body,
        globs=() if "**" in globs else globs,
        on_request=is_scoped and not globs,
        description=_word(meta.get("description")),
    )


_Reader = Callable[[ProjectFiles, str, str], ProjectText]
_READERS: dict[str, _Reader] = {
    "AGENTS.md": _agents,
    ".cursorrules": _agents,
    "CLAUDE.md": _claude,
    "copilot-instructions.md": _copilot,
}


def _reader_of(source: str) -> _Reader | None:
    if source.endswith(".mdc"):
        return _cursor
    if source.endswith(".instructions.md"):
        return _copilot
    return _READERS.get(posixpath.basename(source))


def _text(
    files: ProjectFiles,
    source: str,
    text: str,
    *,
    folder: str = "",
    globs: tuple[str, ...] = (),
    on_request: bool = False,
    description: str = "",
) -> ProjectText:
    items: tuple[Item, ...] = ()
    try:
        items = parse_standard(text, source, "topic", source).items
    except StandardError as error:
        files.problems.append(f"{error}; its items are text only")
    heading = re.search(r"^#+ +(.+?)#*$", text, re.MULTILINE)
    title = description or (heading[1].strip() if heading else source)
    return ProjectText(title[:120], text.strip() + "\n", source, folder, globs, on_request, description, items)


def _front_matter(files: ProjectFiles, source: str, raw: str) -> tuple[Mapping[str, object], str]:
    """Split off the front matter; globs may stand unquoted (`globs: *.ts,*.tsx`), which is not YAML."""
    match = _FRONT_MATTER.match(raw)
    if match is None:
        return {}, raw
    quoted = _GLOBS_LINE.sub(lambda line: f"{line[1]}: {_quoted(line[2])}", match[1])
    try:
        meta = yaml.safe_load(quoted) or {}
    except yaml.YAMLError as error:
        files.problems.append(f"{source}: the front matter is not YAML: {' '.join(str(error).split())[:200]}")
        meta = {}
    return (meta if isinstance(meta, dict) else {}), raw[match.end() :]


def _quoted(value: str) -> str:
    plain = value.strip()
    is_quoted = len(plain) > 1 and plain[0] == plain[-1] and plain[0] in "'\"" and plain[0] not in plain[1:-1]
    return plain if is_quoted else "'" + plain.replace("'", "''") + "'"


def _globs(value: object) -> tuple[str, ...]:
    listed = value if isinstance(value, list) else [value]
    return tuple(glob.removeprefix("./") for entry in listed if isinstance(entry, str) for glob in split_globs(entry))


def _word(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _with_imports(files: ProjectFiles, source: str, raw: str, chain: tuple[str, ...]) -> str:
    """Return the text with each imported file after the line that names it."""
    out: list[str] = []
    is_fenced = False
    for line in raw.splitlines():
        out.append(line)
        is_fenced ^= bool(_FENCE.match(line))
        if is_fenced or "@" not in line:
            continue
        for found in _IMPORT.finditer(re.sub(r"`[^`]*`", "", line)):
            text = _import(files, source, found[1].rstrip(".,;:!?"), chain)
            out.extend(["", text.strip(), ""] if text else [])
    return "\n".join(out) + "\n"


def _import(files: ProjectFiles, source: str, name: str, chain: tuple[str, ...]) -> str | None:
    """Return the text that `@name` stands for; None when it is a mere mention, a circle or cannot be read."""
    target = posixpath.normpath(posixpath.join(posixpath.dirname(source), name))
    is_outside = name.startswith("~") or posixpath.isabs(target) or target.startswith("..")
    if is_outside or (name.endswith(".md") and not (files.root / target).is_file()):
        reason = "leads out of the project" if is_outside else "does not exist"
        files.problems.append(f"{source}: the import @{name[:80]} {reason}; left out")
        return None
    if target in chain or not (files.root / target).is_file():
        return None
    if len(chain) > MAX_IMPORT_DEPTH:
        files.problems.append(
            f"{source}: the import @{name[:80]} is nested more than {MAX_IMPORT_DEPTH} deep; left out"
        )
        return None
    text = files.read(target)
    return None if text is None else _with_imports(files, target, text, (*chain, target))
