"""Which code blocks of an answer in Markdown are files, and under which path.

The rule: a command, an output or a sample beside the code is no file. As one it would fail the check for good, for no
repair can mend it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from code_assistant.model.fences import Fence
from coding_standards.languages import Language, UnknownLanguageError, find_language, language_of_path

_MAX_PATH_CHARS = 200
_PAGES = (".html", ".htm")
_LONG_QUOTES = ('"""', "'''", "`")
_IS_TEST = re.compile(r"(?:^|/)test_|[._](?:test|spec)\.")
_MAX_PARTS = 50
"""Of one block; more files are no answer."""
_MAX_LINE_CHARS = 1_000
"""Of a line that may name a path; a longer one names none that matters."""

_PATH_CHARS = re.compile(r"[\w@.+/-]+")
_PATH = re.compile(r"(?:[\w@.+-]+/)*(?:[\w@.+-]+\.[A-Za-z]\w{0,9}|Dockerfile|Makefile)")
_COMMENT_MARK = re.compile(r"\s*(?:#|//|--|/\*|<!--)\s*(?:file(?:name)?:\s*)?", re.IGNORECASE)
_MARKUP = " \t#*`:>-"
_BEFORE_NAME = re.compile(r"(?:\d{1,3}[.)]\s*)?[*`]*(?:file(?:name)?\b[\s:*`]*)?", re.IGNORECASE)
_NO_FILE = {
    *("bash", "sh", "shell", "zsh", "fish", "console", "terminal", "powershell", "pwsh", "ps1", "cmd", "bat", "batch"),
    *("shell-session", "text", "txt", "plaintext", "plain", "output", "log", "diff", "patch", "tree", "http"),
}
"""Labels of what is typed, or shown."""
_IS_TREE_OR_COMMAND = re.compile(r"\s*\$ |[^\n]*\n?[^\n]*[\u251c\u2514]")


def is_file(fence: Fence) -> bool:
    """Whether a block is a file of the answer rather than something that its explanation shows."""
    label = fence.language.lower()
    if find_given_path(fence)[0]:
        return True
    if label in _NO_FILE:
        return False
    if language_of_label(label) is not None:
        return True
    return bool(_find_mentioned_path(fence)) or (not label and not _IS_TREE_OR_COMMAND.match(fence.content))


def split_files(fence: Fence) -> list[Fence]:
    """The files in one block: small models go on with the next one behind a comment that is nothing but its path.

    A page has scripts and styles in it, a string may hold anything, and `// Express.js` is a heading.
    """
    lines = fence.content.split("\n")
    path = find_given_path(fence)[0]
    begins = [0]
    quotes = 0
    for number in range(1, len(lines) - 1 if path and not path.endswith(_PAGES) else 0):
        quotes += sum(lines[number - 1].count(mark) for mark in _LONG_QUOTES)
        if lines[number - 1].strip() or quotes % 2 or lines[number][:1].isspace() or len(begins) == _MAX_PARTS:
            continue
        named = _path_in_comment(lines[number])
        if named and _is_next(named, path):
            begins.append(number)
            path = named
    if len(begins) == 1:
        return [fence]
    parts = ["\n".join(lines[begin:end]).rstrip() + "\n" for begin, end in pairwise([*begins, len(lines)])]
    return [replace(fence, content=parts[0]), *(Fence("", part, is_closed=fence.is_closed) for part in parts[1:])]


def _is_next(path: str, before: str) -> bool:
    """Whether a path in a comment begins another file: it lies in a folder, is a test, or is in another language."""
    language = language_of_path(path)
    is_file = language is not None and path != before and not path.endswith(_PAGES)
    is_plain = "/" not in path and not _IS_TEST.search(path)
    return is_file and not (is_plain and (language == language_of_path(before) or path[:1].isupper()))


def path_near(fence: Fence) -> tuple[str, str]:
    """The path that is given for a fence, empty if none is, and the code without the line that only names it."""
    path, content = find_given_path(fence)
    return path or _find_mentioned_path(fence), content


def find_given_path(fence: Fence) -> tuple[str, str]:
    """The path that stands at the fence itself: behind its marks, alone in the line above, or in its first line."""
    behind = _paths(fence.info.removeprefix(fence.language).lstrip(":"))[:1] or _paths(fence.language)
    if behind:
        return behind[0], fence.content
    first_line, _, below = fence.content.partition("\n")
    comment = _path_in_comment(first_line)
    if comment:
        return comment, below
    return _path_alone(fence.before), fence.content


def language_of_label(label: str) -> Language | None:
    """The language that a block is labelled with, by name, alias or suffix; None for any but ours."""
    try:
        return find_language(label)
    except UnknownLanguageError:
        return language_of_path(f"x.{label}")


def _path_alone(line: str) -> str:
    """The path in a line that holds nothing else: `### app.py`, `**src/app.py**:`, `File: app.py`."""
    if len(line) > _MAX_LINE_CHARS:
        return ""
    plain = line.strip(_MARKUP)
    begin = _BEFORE_NAME.match(plain)
    name = plain[begin.end() if begin else 0 :].strip(_MARKUP)
    return name if len(name) <= _MAX_PATH_CHARS and _PATH.fullmatch(name) else ""


def _find_mentioned_path(fence: Fence) -> str:
    """The last path in the sentence above that a block with this label can have."""
    fitting = [path for path in _paths(fence.before) if _fits(path, fence.language.lower())]
    return fitting[-1] if fitting else ""


def _fits(path: str, label: str) -> bool:
    named = language_of_label(label) if label else None
    if named is not None or not label:
        return named is None or language_of_path(path) == named
    return label in path.lower() or (label, path.lower()[-4:]) in {("yaml", ".yml"), ("markdown", "e.md")}


def _paths(text: str) -> list[str]:
    words = (word.strip("/").rstrip(".") for word in _PATH_CHARS.findall(text[-_MAX_LINE_CHARS:]))
    return [word for word in words if len(word) <= _MAX_PATH_CHARS and _PATH.fullmatch(word)]


def _path_in_comment(line: str) -> str | None:
    """The path in a first line that is a comment with a path and nothing else."""
    mark = _COMMENT_MARK.match(line) if len(line) <= _MAX_LINE_CHARS else None
    rest = line[mark.end() :].strip().removesuffix("*/").removesuffix("-->").strip() if mark else ""
    return rest if len(rest) <= _MAX_PATH_CHARS and _PATH.fullmatch(rest) else None
