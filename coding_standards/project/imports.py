"""The `@path` imports of a CLAUDE.md, filled in after the lines that name them.

Its one rule: each file is filled in once for each CLAUDE.md, and only so much: imports of imports multiply. What
stands in a comment or in code names no file, and an AGENTS.md that holds here anyway is not repeated.
"""

from __future__ import annotations

import posixpath
import re
from bisect import bisect_right
from collections.abc import Iterator

from coding_standards.project.files import ProjectFiles

MAX_IMPORT_DEPTH = 5
"""As deep as Claude Code follows `@path` imports."""
MAX_IMPORTED = 200_000
"""Characters of all imports of one CLAUDE.md together."""
_MAX_NAMES = 500
"""Names that are looked for; a text with more of them does not mean files."""
_MAX_SAID = 20

_IMPORT = re.compile(r"(?<![\w`@./])@((?:\./)?[\w~./][^\s`'\"<>()\[\]]*)")
_FENCE = re.compile(r"^\s*(`{3,}|~{3,})")
_LIST = re.compile(r"^\s*(?:[-*+]|\d{1,9}[.)])\s")
_SPAN_OR_COMMENT = re.compile("`+|<!--")
_OWN_TEXTS = ("AGENTS.md", ".cursorrules")
"""Read for their own sake, wherever they lie."""


def with_imports(files: ProjectFiles, source: str, raw: str) -> str:
    """Return the text with each imported file after the line that names it; what was left out is a problem."""
    return _Filling(files, source).text_of(source, raw, 1)


class _Filling:
    def __init__(self, files: ProjectFiles, source: str) -> None:
        self._files = files
        self._root = source
        self._met = {source}
        self._said: set[str] = set()
        self._left = MAX_IMPORTED

    def text_of(self, source: str, raw: str, depth: int) -> str:
        """The text of one file with what it imports."""
        out: list[str] = []
        for line, said in zip(raw.splitlines(), _said_lines(raw), strict=True):
            found = [name[1].rstrip(".,;:!?") for name in _IMPORT.finditer(said)] if "@" in said else []
            texts = [self._import(source, name, depth) for name in found]
            if not (found and said.strip() == f"@{found[0]}" and self._is_own(source, found[0])):
                out.append(line)
            for text in texts:
                out.extend(["", text.strip(), ""] if text else [])
        return "\n".join(out) + "\n"

    def _is_own(self, source: str, name: str) -> bool:
        """Whether a name is that of a text which holds here without being imported."""
        target = posixpath.normpath(posixpath.join(posixpath.dirname(source), name))
        folder, file = posixpath.split(target)
        here = posixpath.dirname(self._root).removesuffix(".claude").rstrip("/")
        is_above = not folder or here == folder or here.startswith(f"{folder}/")
        return file in _OWN_TEXTS and target in self._files.found and is_above

    def _import(self, source: str, name: str, depth: int) -> str:
        """Return the text that `@name` stands for; none when it was met, is a mere mention, or is left out."""
        target = posixpath.normpath(posixpath.join(posixpath.dirname(source), name))
        if target in self._met or self._is_own(source, name):
            return ""
        if len(self._met) > _MAX_NAMES:
            return self._left_out(source, name, f"is one of more than {_MAX_NAMES}")
        is_outside = name.startswith("~") or posixpath.isabs(target) or target.startswith("..")
        if is_outside or not self._is_file(target):
            self._met.add(target)
            if not is_outside and not name.endswith(".md"):
                return ""
            return self._left_out(source, name, "leads out of the project" if is_outside else "does not exist")
        if depth > MAX_IMPORT_DEPTH:
            return self._left_out(source, name, f"is nested more than {MAX_IMPORT_DEPTH} deep")
        self._met.add(target)
        text = self._files.read_or_keep(target, is_prose=True)
        if text is None:
            return ""
        self._files.memory.texts[target] = text
        if len(text) > self._left:
            return self._left_out(source, name, f"brings more than {MAX_IMPORTED // 1000} KB of imports together")
        self._left -= len(text)
        return self.text_of(target, text, depth + 1)

    def _is_file(self, target: str) -> bool:
        try:
            return (self._files.root / target).is_file()
        except OSError:  # a name that is too long for the disk
            return False

    def _left_out(self, source: str, name: str, reason: str) -> str:
        """Say why a text is not filled in, and give nothing for it."""
        problem = f"{source}: the import @{name[:80]} {reason}; left out"
        if len(self._said) == _MAX_SAID:
            problem = f"{self._root}: still more imports are left out"
        if problem not in self._said and len(self._said) <= _MAX_SAID:
            self._said.add(problem)
            self._files.problems.append(problem)
        return ""


def _said_lines(raw: str) -> Iterator[str]:
    """Each line without what is code or a comment in it."""
    fence, is_comment, is_list, was_blank = "", False, False, True
    for line in raw.splitlines():
        if is_comment:
            _, end, line = line.partition("-->")
            line, is_comment = _without_spans(line) if end else ("", True)
            was_blank = True  # behind a comment no paragraph goes on
            yield line
            continue
        mark = _FENCE.match(line)
        is_indented = line.startswith(("    ", "\t"))
        if line.strip() and not is_indented:
            is_list = _LIST.match(line) is not None
        is_code = is_indented and was_blank and not is_list
        if fence or mark:
            closes = mark is not None and mark[1].startswith(fence) and not line.strip().strip(fence[:1])
            fence = ("" if closes else fence) if fence else (mark[1] if mark else "")
            said = ""
        else:
            said, is_comment = ("", False) if is_code else _without_spans(line)
        was_blank = not said.strip()
        yield said


def _without_spans(line: str) -> tuple[str, bool]:
    """A line without its code spans and comments, and whether a comment goes on in the next one."""
    starts: dict[int, list[int]] = {}
    for run in re.finditer("`+", line):
        starts.setdefault(len(run[0]), []).append(run.start())
    out: list[str] = []
    at = 0
    for token in _SPAN_OR_COMMENT.finditer(line):
        if token.start() < at:
            continue
        if token[0] == "<!--":
            end = line.find("-->", token.end()) + 3
            if end < 3:
                return "".join((*out, line[at : token.start()])), True
        else:
            same = starts[len(token[0])]
            closing = bisect_right(same, token.start())
            if closing == len(same):
                continue
            end = same[closing] + len(token[0])
        out += [line[at : token.start()], " "]
        at = end
    return "".join((*out, line[at:])), False
