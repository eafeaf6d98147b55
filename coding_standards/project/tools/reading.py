"""What a tool wrote, as findings.

Its one rule: output that does not have the form of the row is a failure of the tool, never a clean bill.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from coding_standards.project.tools.process import Ran, ToolFailedError
from coding_standards.project.tools.tool import JsonForm, RefusalForm, Said, TextForm, Tool
from coding_standards.rules import Severity

MAX_SAID = 2_000
"""Findings of one run that are kept."""
MAX_MESSAGE = 400
_MAX_LINE = 4_000
"""Characters; a longer line is not a finding, and patterns are not tried on it."""
_DROPPED = frozenset({"note", "help", "failure-note", "off", "hint"})
_WARNINGS = frozenset(
    {"warning", "warn", "information", "info", "1", "convention", "refactor", "style", "low", "notice", "minor"}
)
_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


@dataclass(frozen=True)
class Places:
    """How paths in the output become paths in the project."""

    roots: tuple[Path, ...]
    """Where the project stands, under all its names."""
    folder: str
    """The folder the tool ran in, relative to the project."""

    def relative(self, path: str) -> str:
        """The path relative to the project, or the path itself where it lies elsewhere."""
        plain = path.removeprefix("file://").replace("\\", "/").strip()
        if PurePosixPath(plain).is_absolute() or re.match(r"[A-Za-z]:/", plain):
            for root in self.roots:
                name = root.as_posix()
                if plain.startswith(f"{name}/"):
                    return plain.removeprefix(f"{name}/")
            return plain
        parts: list[str] = []
        for part in (*PurePosixPath(self.folder).parts, *PurePosixPath(plain).parts):
            if part == ".." and parts:
                parts.pop()
            elif part != ".":
                parts.append(part)
        return "/".join(parts)


def read_output(tool: Tool, ran: Ran, places: Places, files: tuple[str, ...]) -> list[Said]:
    """The findings in what a tool wrote.

    Raises:
        ToolFailedError: it ended with another exit code than its row knows, or what it wrote is not understood.
    """
    if tool.unusable and re.search(tool.unusable, ran.text[:200_000], re.MULTILINE):
        raise ToolFailedError(f"failed: {explain(ran)}")
    if not tool.can_be_believed(ran.exit_code):
        raise ToolFailedError(f"ended with exit code {ran.exit_code}: {explain(ran)}")
    if isinstance(tool.form, TextForm):
        said = list(_read_text(tool, tool.form, ran, places))
    elif isinstance(tool.form, JsonForm):
        said = list(_read_json(tool, tool.form, ran, places))
    elif isinstance(tool.form, RefusalForm):
        said = [Said(tool.name, "", file, 0, 0, "error", explain(ran)) for file in files] if ran.exit_code else []
    else:
        return []
    if ran.exit_code and not said:
        raise ToolFailedError(f"ended with exit code {ran.exit_code} and no finding: {explain(ran)}")
    return said[:MAX_SAID]


def explain(ran: Ran) -> str:
    """The first lines of what it wrote to people."""
    for stream in (ran.errors, ran.output):
        text = _COLOUR.sub("", stream[:20_000].decode("utf-8", "replace"))
        lines = [line.strip() for line in text.splitlines() if any(map(str.isalnum, line))]
        if lines:
            return " / ".join(lines)[:MAX_MESSAGE]
    return "it wrote nothing"


def _read_text(tool: Tool, form: TextForm, ran: Ran, places: Places) -> Iterator[Said]:
    pattern = re.compile(form.pattern)
    for line in _COLOUR.sub("", ran.text).splitlines():
        match = pattern.match(line) if len(line) <= _MAX_LINE else None
        if match is None:
            continue
        got = match.groupdict()
        severity = (got.get("severity") or "error").lower()
        if severity not in _DROPPED:
            yield Said(
                tool.name,
                got.get("rule") or "",
                places.relative(got.get("file") or ""),
                int(got["line"]),
                int(got.get("column") or 0),
                _severity(severity),
                _message(got["message"]),
            )


def _read_json(tool: Tool, form: JsonForm, ran: Ran, places: Places) -> Iterator[Said]:
    for document in _documents(form, ran):
        for chain in _entries(document, form.entries.split(".") if form.entries else [], ()):
            entry = chain[-1]
            message, line = _look_up(entry, form.message), _look_up(entry, form.line)
            severity = str(_look_up(entry, form.severity) or "error").lower() if form.severity else "error"
            if not isinstance(message, str) or severity in _DROPPED:
                continue
            file = next((found for one in reversed(chain) if (found := _look_up(one, form.file)) is not None), "")
            shift = 1 - form.counts_from
            yield Said(
                tool.name,
                str(_look_up(entry, form.rule) or "") if form.rule else "",
                places.relative(str(file)),
                _number(line) + shift if isinstance(line, int) else 0,
                _number(_look_up(entry, form.column)) + shift if form.column else 0,
                _severity(severity),
                _message(message),
            )


def _documents(form: JsonForm, ran: Ran) -> Iterator[object]:
    text = ran.output.decode("utf-8", "replace").strip()
    if not text and ran.errors.strip()[:1] in (b"[", b"{"):
        text = ran.errors.decode("utf-8", "replace").strip()  # stylelint 16 and later write it there
    if not text:
        if form.is_lines:
            return
        raise ToolFailedError(f"wrote no JSON: {explain(ran)}")
    for part in text.splitlines() if form.is_lines else [text]:
        try:
            # Some write a word to people after it, and some before.
            start = min((place for place in map(part.find, "[{") if place >= 0), default=-1)
            if start >= 0:
                yield json.JSONDecoder().raw_decode(part, start)[0]
            elif not form.is_lines:
                raise ToolFailedError(f"wrote no JSON: {explain(ran)}")
        except (ValueError, RecursionError) as error:
            if not form.is_lines:
                raise ToolFailedError(f"wrote JSON that breaks off: {explain(ran)}") from error


def _entries(node: object, path: list[str], chain: tuple[object, ...], key: str = "") -> Iterator[tuple[object, ...]]:
    chain = (*chain, {**node, "@": key} if key and isinstance(node, dict) else node)
    if not path:
        yield chain
    elif path[0] == "*":
        parts = [(key, part) for part in node] if isinstance(node, list) else []
        for name, part in node.items() if isinstance(node, dict) else parts:
            yield from _entries(part, path[1:], chain, str(name))
    elif isinstance(node, dict) and path[0] in node:
        yield from _entries(node[path[0]], path[1:], chain)


def _look_up(node: object, path: str) -> object:
    for part in path.split(".") if path else ():
        if isinstance(node, list) and part.startswith("?"):
            node = next((one for one in node if isinstance(one, dict) and one.get(part[1:])), None)
        elif isinstance(node, list) and part.isdigit():
            node = node[int(part)] if int(part) < len(node) else None
        elif isinstance(node, dict):
            node = node.get(part)
        else:
            return None
    return node if path else None


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _severity(word: str) -> Severity:
    return "warning" if word in _WARNINGS else "error"


def _message(text: str) -> str:
    plain = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return plain if len(plain) <= MAX_MESSAGE else f"{plain[: MAX_MESSAGE - 3]}..."
