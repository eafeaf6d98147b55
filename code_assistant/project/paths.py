"""Paths that an answer proposes, judged before a host writes there: inside the folder, writable anywhere, not run.

Its one rule: a path is judged as the most obliging reader would take it, decoded, folded and stripped.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote

REFUSED_FOLDER = "path-refused"
"""Where a file is handed out whose own path leads out of the project."""
MAX_PART_BYTES = 255
"""What the usual file systems take of one name."""
_MAX_NAME = 100
_LEAVES = re.compile(
    r"^(?:[/~]|[a-z]+:|\$\{?[A-Z_]+\}?(?:/|$)|%\w+%)|(?:^|/)\.\.(?:/|$)|[\x00-\x1f\x7f]",
    re.IGNORECASE,
)
"""Absolute, a home, a drive or a scheme, a variable of the shell's, a way up, or no path at all."""
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)(?:\.|$)", re.IGNORECASE)
_NOT_EVERYWHERE = re.compile(r'[<>:"|?*]|%(?:2f|5c|2e)', re.IGNORECASE)
_IN_NAMES = re.compile(r"[^\w.-]+")
_RUNS = re.compile(
    r"(?:^|/)(?:\.(?:vscode|zed|idea|claude|cursor|codex|gemini|windsurf|devcontainer|husky|circleci)/"
    r"|\.github/(?:workflows|actions)/"
    r"|(?:\.mcp\.json|\.npmrc|\.envrc|\.gitlab-ci\.yml|\.pre-commit-config\.yaml|\.gitmodules)$)"
)
"""What an editor, an agent, a shell or a build server runs or obeys as soon as it is there."""
_GIT = re.compile(r"(?:^|/)(?:\.git|git~\d)(?:/|$)")


@dataclass(frozen=True)
class PathFault:
    """What is wrong with a path."""

    rule: str
    message: str
    severity: Literal["error", "warning"] = "error"


def find_path_faults(path: str) -> Iterator[PathFault]:
    """Each kind of fault once, the worst first."""
    plain = _fold(path)
    if is_outside(path):
        message = f"Give a relative path inside the project, without `..`. Handed out as `{make_harmless_path(path)}`."
        yield PathFault("path-leaves-folder", message)
    elif _is_odd(path):
        message = "Give a path of plain names, for every system: no device, stream, invisible or coded mark."
        yield PathFault("path-not-portable", message)
    lower = "/".join(part.rstrip(" .") or part for part in plain.lower().split("/"))
    if _GIT.search(lower):
        yield PathFault("path-runs", "Leave git's own folder alone: what is written there runs or decides what runs.")
    elif _RUNS.search(lower):
        message = "It takes effect or runs by itself once it is there: read it before you write it, or leave it out."
        yield PathFault("path-runs", message, "warning")


def is_outside(path: str) -> bool:
    """Whether somebody could take it for a path that leads out of the project, or for none."""
    forms = {path, _fold(path)}
    return any(not form or form == "." or _LEAVES.search(form) for form in forms)


def make_harmless_path(path: str) -> str:
    """The path under which a file is handed out whose own leads out."""
    name = _IN_NAMES.sub("-", _fold(path).rpartition("/")[2]).strip(".-")[-_MAX_NAME:]
    return f"{REFUSED_FOLDER}/{name or 'unnamed'}"


def _fold(path: str) -> str:
    """Decoded twice, compatibility forms folded, invisible characters gone, trailing space of each part too."""
    decoded = unquote(unquote(path))
    visible = "".join(char for char in decoded if unicodedata.category(char) != "Cf")
    plain = unicodedata.normalize("NFKC", visible).replace("\\", "/")
    return "/".join(part.strip() for part in plain.split("/"))


def _is_odd(path: str) -> bool:
    is_visible = all(unicodedata.category(char) not in ("Cf", "Cs") for char in path)
    is_plain = not any(_hides_mark(char) for char in path) and not _NOT_EVERYWHERE.search(path)
    return not (is_visible and is_plain) or any(map(_is_odd_part, path.replace("\\", "/").split("/")))


def _is_odd_part(part: str) -> bool:
    is_long = len(part.encode("utf-8", "surrogatepass")) > MAX_PART_BYTES
    return is_long or part != part.rstrip(" .") or _DEVICE.match(part) is not None


def _hides_mark(char: str) -> bool:
    """Full-width dots and slashes and the like: some systems write them as the plain ones."""
    return not char.isascii() and any(mark in unicodedata.normalize("NFKC", char) for mark in "./\\:%")
