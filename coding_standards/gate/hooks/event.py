"""What a host says when it calls a hook: which files an edit touched, and what stood there before.

Its one rule: hosts add keys and tools from release to release, so that each thing is looked for under every name that
it is known by, and what is not understood is no edit.

Sources: https://code.claude.com/docs/en/hooks, https://developers.openai.com/codex/hooks,
https://cursor.com/docs/agent/hooks, https://code.visualstudio.com/docs/agent-customization/hooks,
https://geminicli.com/docs/hooks/reference (November 2026).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

_STOPS = frozenset({"stop", "subagentstop", "agentstop", "afteragent"})
_FILE = ("file_path", "filePath", "path", "target_file", "absolute_path", "notebook_path")
_OLD = ("old_string", "oldString", "old_str", "old_text")
_NEW = ("new_string", "newString", "new_str", "new_text")
_LISTS = ("edits", "replacements", "files")
_PATCH = "*** Begin Patch"
_SECTION = re.compile(r"\*\*\* (Update|Add|Delete) File: (.+)")
_MOVE = re.compile(r"\*\*\* Move to: (.+)")


@dataclass(frozen=True)
class Edit:
    """What one call of a tool did to one file."""

    path: str
    pairs: tuple[tuple[str, str], ...] = ()
    """Text before and after, in the order in which they were put in."""
    original: str | None = None
    """The whole file before, where the host tells it."""
    is_new: bool = False
    """Whether the host says that the file was made."""

    def undo(self, text: str) -> str | None:
        """The file before, from the file after; None where that cannot be told."""
        if self.original is not None or not self.pairs:
            return self.original
        for old, new in reversed(self.pairs):
            if not new or text.count(new) != 1:
                return None
            text = text.replace(new, old)
        return text


@dataclass(frozen=True)
class Event:
    """One call of a hook."""

    kind: Literal["edit", "stop"]
    name: str
    """As the host calls it."""
    folder: str
    edits: tuple[Edit, ...] = ()
    is_repeated: bool = False
    """Whether the agent goes on because a hook has stopped it from stopping once."""


def read_event(text: str) -> Event:
    """The event in what a host wrote to stdin.

    Raises:
        ValueError: it is no JSON object.
    """
    data = json.loads(text)
    if not isinstance(data, dict):
        raise ValueError("what came on stdin is no JSON object")
    name = str(_first(data, ("hook_event_name", "hookEventName")) or "")
    roots = data.get("workspace_roots")
    folder = str(data.get("cwd") or (roots[0] if isinstance(roots, list) and roots else "") or ".")
    if name.lower() in _STOPS:
        return Event("stop", name, folder, is_repeated=bool(data.get("stop_hook_active") or data.get("loop_count")))
    return Event("edit", name, folder, tuple(_join(_edits(data))))


def _edits(data: Mapping[str, Any]) -> Iterator[Edit]:
    given = _first(data, ("tool_input", "toolInput", "toolArgs"))
    if isinstance(given, str):
        given = {"patch": given} if _PATCH in given else _parse(given)
    arguments: Mapping[str, Any] = given if isinstance(given, dict) else data
    patch = next((value for value in _texts(arguments) if _PATCH in value), None)
    if patch is not None:
        yield from _read_patch(patch)
        return
    response = _first(data, ("tool_response", "toolResponse"))
    told: Mapping[str, Any] = response if isinstance(response, dict) else {}
    original = _first(told, ("originalFile", "original_file"))
    is_new = told.get("type") == "create"
    for edit in _read_entries(arguments, None):
        known = original if isinstance(original, str) and not is_new else None
        yield Edit(edit.path, edit.pairs, known, is_new)


def _read_entries(entry: Mapping[str, Any], around: str | None) -> Iterator[Edit]:
    """The edits of an object, and of the lists in it."""
    path = _first(entry, _FILE)
    path = path if isinstance(path, str) else around
    old, new = _first(entry, _OLD), _first(entry, _NEW)
    if path is not None:
        is_pair = isinstance(old, str) and isinstance(new, str) and old and not entry.get("replace_all")
        yield Edit(path, ((old, new),) if is_pair else ())
    for key in _LISTS:
        listed = entry.get(key)
        for one in listed if isinstance(listed, list) else ():
            if isinstance(one, dict):
                yield from _read_entries(one, path)
            elif isinstance(one, str) and key == "files":
                yield Edit(one)


def _join(edits: Iterable[Edit]) -> Iterator[Edit]:
    """One for each file; a file that was changed in a way that is not told has no pairs."""
    of_file: dict[str, list[Edit]] = {}
    for edit in edits:
        of_file.setdefault(edit.path, []).append(edit)
    for path, found in of_file.items():
        pairs = tuple(pair for edit in found for pair in edit.pairs)
        yield Edit(path, pairs, found[0].original, any(edit.is_new for edit in found))


def _read_patch(text: str) -> Iterator[Edit]:
    """The files of a patch in the form that Codex and GitHub's agents write."""
    path, is_new, hunks = "", False, [("", "")]
    for line in [*text.split("\n"), "*** Delete File: end"]:
        section, move = _SECTION.match(line), _MOVE.match(line)
        if section:
            if path:
                yield Edit(path, () if is_new else tuple(pair for pair in hunks if pair[0] != pair[1]), is_new=is_new)
            path, is_new, hunks = section[2].strip() if section[1] != "Delete" else "", section[1] == "Add", [("", "")]
        elif move:
            path = move[1].strip()
        elif line.startswith("@@"):
            hunks.append(("", ""))
        elif line[:1] in (" ", "+", "-") and not line.startswith("***"):
            old, new = hunks[-1]
            told = line[1:] + "\n"
            hunks[-1] = old + told * (line[0] != "+"), new + told * (line[0] != "-")


def _texts(node: Mapping[str, Any]) -> Iterator[str]:
    for value in node.values():
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            yield from (part for part in value if isinstance(part, str))


def _first(data: Mapping[str, Any], names: Iterable[str]) -> Any:
    return next((data[name] for name in names if data.get(name) is not None), None)


def _parse(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return None
