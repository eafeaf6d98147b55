"""`.editorconfig`: what it says about the layout of a file (https://spec.editorconfig.org).

Read from text, never from a path: the `editorconfig` package opens every parent folder's file up to the root
of the disk, beyond the project and without a size limit, so the few lines of the format are read here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from coding_standards.project.globs import MAX_PATTERN, matches

UNLIMITED = 0
"""The value of `max_line_length = off`."""

IndentStyle = Literal["space", "tab"]
_KNOWN = (
    "indent_style",
    "indent_size",
    "tab_width",
    "max_line_length",
    "trim_trailing_whitespace",
    "insert_final_newline",
)
_PAIR = re.compile(r"([^=:]+)[=:](.*)")
_BOOLEANS = {"true": True, "false": False}


@dataclass(frozen=True)
class Setting:
    """One value and the file and section that it comes from, such as `.editorconfig [*.py]`."""

    value: str
    source: str


@dataclass(frozen=True)
class Layout:
    """How a file must be laid out; None where nobody says."""

    indent_style: IndentStyle | None = None
    indent_size: int | None = None
    max_line_length: int | None = None
    """In characters; 0 where the limit is switched off."""
    trim_trailing_whitespace: bool | None = None
    insert_final_newline: bool | None = None
    sources: tuple[tuple[str, str], ...] = ()
    """Pairs of property and source, such as `("indent_size", ".editorconfig [*.py]")`."""

    def name_source(self, name: str) -> str | None:
        """Return where the property comes from, or None when it is not set."""
        return dict(self.sources).get(name)


@dataclass(frozen=True)
class Section:
    """The settings of the files that match one glob."""

    glob: str
    settings: tuple[tuple[str, str], ...]

    def covers(self, path: str) -> bool:
        """Tell whether `path`, relative to the folder of the file, is meant; a glob without `/` means any depth."""
        if "/" in self.glob:
            return matches(self.glob.removeprefix("/"), path)
        return matches(self.glob, path.rsplit("/", 1)[-1])


@dataclass(frozen=True)
class EditorConfig:
    """One `.editorconfig` file."""

    source: str
    folder: str
    """The folder it stands in, relative to the project, with `/`; the empty string at the top."""
    is_root: bool
    sections: tuple[Section, ...]

    def settings(self, path: str) -> Iterator[tuple[str, Setting]]:
        """Yield what it says about `path` (relative to the project), in the order of the file."""
        prefix = f"{self.folder}/" if self.folder else ""
        if not path.startswith(prefix):
            return
        for section in self.sections:
            if section.covers(path.removeprefix(prefix)):
                for name, value in section.settings:
                    yield name, Setting(value, f"{self.source} [{section.glob}]")


def parse_editorconfig(text: str, source: str) -> tuple[EditorConfig, list[str]]:
    """Read one file: its sections, and one line for each thing in it that cannot be used."""
    sections: list[tuple[str, list[tuple[str, str]]]] = []
    problems: list[str] = []
    is_root = False
    for number, raw in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        line = re.split(r"\s[#;]", raw, maxsplit=1)[0].strip()
        if not line or line[0] in "#;":
            continue
        pair = _PAIR.fullmatch(line)
        if line.startswith("[") and line.endswith("]"):
            glob = line[1:-1].replace("\\#", "#").replace("\\;", ";")
            if len(glob) > MAX_PATTERN:
                problems.append(f"{source}: line {number}: the glob is longer than {MAX_PATTERN} characters; split it")
            sections.append((glob, []))
        elif pair is None:
            problems.append(f"{source}: line {number} is neither `[glob]` nor `name = value`: {line[:60]!r}")
        elif not sections:
            is_root = is_root or _lower(pair) == ("root", "true")
        elif _lower(pair)[0] in _KNOWN:
            name, value = _lower(pair)
            problem = _problem(name, value)
            if problem:
                problems.append(f"{source}: line {number}: {name} = {value[:40]}: {problem}")
            else:
                sections[-1][1].append((name, value))
    folder = source.rpartition("/")[0]
    return EditorConfig(
        source, folder, is_root, tuple(Section(glob, tuple(pairs)) for glob, pairs in sections)
    ), problems


def _lower(pair: re.Match[str]) -> tuple[str, str]:
    return pair[1].strip().lower(), pair[2].strip().lower()


def resolve_layout(path: str, files: Sequence[EditorConfig]) -> Layout:
    """Return what the files, outermost first, say about `path`; the nearest file and the last section win."""
    settings: dict[str, Setting] = {}
    for file in files:
        inside = not file.folder or path.startswith(f"{file.folder}/")
        if file.is_root and inside:
            settings.clear()
        settings.update(file.settings(path))
    settings = {name: setting for name, setting in settings.items() if setting.value != "unset"}
    return _layout(settings)


def _layout(settings: dict[str, Setting]) -> Layout:
    size = settings.get("indent_size")
    if size is not None and size.value == "tab":
        size = settings.get("tab_width")
    numbers = {"indent_size": size, "max_line_length": settings.get("max_line_length")}
    used = {name: setting for name, setting in settings.items() if name not in ("tab_width", *numbers)}
    used |= {name: setting for name, setting in numbers.items() if setting is not None}
    style = settings.get("indent_style")
    return Layout(
        indent_style=None if style is None else ("tab" if style.value == "tab" else "space"),
        indent_size=_number(size),
        max_line_length=_number(settings.get("max_line_length")),
        trim_trailing_whitespace=_boolean(settings.get("trim_trailing_whitespace")),
        insert_final_newline=_boolean(settings.get("insert_final_newline")),
        sources=tuple(sorted((name, setting.source) for name, setting in used.items())),
    )


def _number(setting: Setting | None) -> int | None:
    if setting is None:
        return None
    return UNLIMITED if setting.value == "off" else int(setting.value)


def _boolean(setting: Setting | None) -> bool | None:
    return None if setting is None else _BOOLEANS[str(setting.value)]


def _problem(name: str, value: str) -> str | None:
    """Return what is wrong with a value, or None; values that are no use are left out rather than guessed."""
    if value == "unset":
        return None
    if name == "indent_style":
        return None if value in ("space", "tab") else "use space or tab"
    if name in ("trim_trailing_whitespace", "insert_final_newline"):
        return None if value in _BOOLEANS else "use true or false"
    if (name, value) in (("indent_size", "tab"), ("max_line_length", "off")):
        return None
    limit = 1000 if name == "max_line_length" else 16
    fits = value.isascii() and value.isdecimal() and len(value) < 6 and 1 <= int(value) <= limit
    return None if fits else f"use a number from 1 to {limit}"
