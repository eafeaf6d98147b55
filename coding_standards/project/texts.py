"""The prose that a project keeps for coding agents, and which files it is meant for.

Formats: AGENTS.md (https://agents.md), CLAUDE.md with `@path` imports, `.claude/rules` with `paths`, Cursor's `.mdc`
rules and the legacy `.cursorrules`, Copilot's instructions with `applyTo`. Its one rule: a text applies where it says,
nowhere else.
"""

from __future__ import annotations

import logging
import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from coding_standards.languages import Language
from coding_standards.project.files import KEPT, ProjectFiles
from coding_standards.project.globs import matches, may_match_language, split_globs
from coding_standards.project.imports import with_imports
from coding_standards.standards import Item, StandardError, parse_standard
from groundwork.arguments import cut
from groundwork.reading.yaml_text import YamlError, load_yaml

log = logging.getLogger(__name__)

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n?^---[ \t]*$\n?", re.DOTALL | re.MULTILINE)
_GLOBS_LINE = re.compile(r"^(globs|applyTo|paths)[ \t]*:[ \t]*([^\s\[].*)$", re.MULTILINE)
_GLOB_ITEM = re.compile(r"^([ \t]*-[ \t]+)([*{].*)$", re.MULTILINE)
_DESCRIPTION_LINE = re.compile(r"^(description)[ \t]*:[ \t]*(\S.*)$", re.MULTILINE)
_HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)


MAX_ITEMS = 200
"""Of one text: each of them comes back with every report."""
MAX_TITLE = 200


class FrontMatterError(ValueError):
    """Front matter that cannot be read, so that nobody knows what the text is meant for."""


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

    @property
    def depth(self) -> int:
        """How many folders below the project's it holds."""
        return len(self.folder.split("/")) if self.folder else 0

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

    def may_apply_to(self, language: Language) -> bool:
        """Tell whether it can hold for a file of `language` at some path or other."""
        if self.on_request:
            return False
        # A glob whose last part has no suffix is about a folder, which may hold any language.
        about = (may_match_language(glob, language) or "." not in glob.rpartition("/")[2] for glob in self.globs)
        return not self.globs or any(about)


def read_texts(files: ProjectFiles) -> tuple[ProjectText, ...]:
    """Read every text of the project, the outermost folder first; a file reached twice is read once."""
    texts: list[ProjectText] = []
    for source in list(files.found):
        reader = _find_reader(source)
        if reader is None or files.is_repeated(source):
            continue
        raw = files.read_or_keep(source, is_prose=True)
        if raw is None or not raw.strip():
            files.memory.texts.pop(source, None)
            continue
        text = _make(files, source, raw, reader)
        if text is not None and text.text.strip():  # else it only names others that are read for their own sake
            texts.append(text)
    return tuple(texts)


def _make(files: ProjectFiles, source: str, raw: str, reader: _Reader) -> ProjectText | None:
    """What a reader makes of a file, or else of its last good version; a surprise in one file must not stop others."""
    try:
        text = reader(files, source, raw)
    except Exception as error:  # FrontMatterError, or what nobody thought of
        if isinstance(error, FrontMatterError):
            problem = str(error)
        else:
            log.exception("reading %s failed", source)
            problem = f"cannot be used: {type(error).__name__}"
        kept = files.memory.texts.pop(source, None)
        is_kept = kept is not None and kept != raw
        files.problems.append(f"{source}: {problem}{KEPT if is_kept else '; it is ignored'}")
        return _make(files, source, kept, reader) if kept is not None and is_kept else None
    files.memory.texts[source] = raw
    return text


def _agents(files: ProjectFiles, source: str, raw: str) -> ProjectText:
    return _text(files, source, raw, folder=posixpath.dirname(source))


def _claude(files: ProjectFiles, source: str, raw: str) -> ProjectText:
    folder = posixpath.dirname(source)
    folder = posixpath.dirname(folder) if posixpath.basename(folder) == ".claude" else folder
    return _text(files, source, with_imports(files, source, raw), folder=folder)


def _claude_rule(files: ProjectFiles, source: str, raw: str) -> ProjectText:
    meta, body = _front_matter(raw)
    folder = source.partition(".claude/")[0].rstrip("/")
    return _text(files, source, body, folder=folder, globs=_globs(meta.get("paths")))


def _cursor(files: ProjectFiles, source: str, raw: str) -> ProjectText:
    meta, body = _front_matter(raw)
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
    meta, body = _front_matter(raw)
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


def _find_reader(source: str) -> _Reader | None:
    if source.endswith(".mdc"):
        return _cursor
    if ".claude/rules/" in source:
        return _claude_rule
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
        found = parse_standard(text, source, "topic", source).items
        items = tuple(replace(item, title=cut(item.title, MAX_TITLE)) for item in found[:MAX_ITEMS])
        if len(found) > MAX_ITEMS:
            files.problems.append(f"{source}: {len(found):,} items; all but {MAX_ITEMS} of them are text only")
    except StandardError as error:
        files.problems.append(f"{error}; its items are text only")
    heading = _HEADING.search(text)
    title = description or (heading[1].strip().rstrip("#").strip() if heading else "") or source
    return ProjectText(title[:120], text.strip() + "\n", source, folder, globs, on_request, description, items)


def _front_matter(raw: str) -> tuple[Mapping[str, object], str]:
    """Split off the front matter; globs and descriptions may stand unquoted (`globs: *.ts`), which is not YAML.

    Raises:
        FrontMatterError: it is no YAML even so.
    """
    match = _FRONT_MATTER.match(raw)
    if match is None:
        return {}, raw
    # Lines are counted from the `---` before it.
    quoted = "\n" + _GLOBS_LINE.sub(lambda line: f"{line[1]}: {_quote(line[2])}", match[1])
    quoted = _GLOB_ITEM.sub(lambda line: line[1] + _quote(line[2]), quoted)
    try:
        meta = load_yaml(quoted)
    except YamlError as error:
        try:
            # Only now: a description may as well be YAML in more than one line.
            meta = load_yaml(_DESCRIPTION_LINE.sub(lambda line: f"{line[1]}: {_quote(line[2])}", quoted))
        except YamlError:
            raise FrontMatterError(f"the front matter is not YAML: {error}") from error
    return (meta if isinstance(meta, dict) else {}), raw[match.end() :]


def _quote(value: str) -> str:
    plain = value.strip()
    is_quoted = len(plain) > 1 and plain[0] == plain[-1] and plain[0] in "'\"" and plain[0] not in plain[1:-1]
    return plain if is_quoted else "'" + plain.replace("'", "''") + "'"


def _globs(value: object) -> tuple[str, ...]:
    listed = value if isinstance(value, list) else [value]
    return tuple(glob.removeprefix("./") for entry in listed if isinstance(entry, str) for glob in split_globs(entry))


def _word(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""
