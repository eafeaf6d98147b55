"""The `@path` imports of a CLAUDE.md, filled in after the lines that name them.

Its one rule: each file is filled in once for each CLAUDE.md, and only so much: imports of imports multiply.
"""

from __future__ import annotations

import posixpath
import re

from coding_standards.project.files import ProjectFiles

MAX_IMPORT_DEPTH = 5
"""As deep as Claude Code follows `@path` imports."""
MAX_IMPORTED = 200_000
"""Characters of all imports of one CLAUDE.md together."""
_MAX_NAMES = 500
"""Names that are looked for; a text with more of them does not mean files."""
_MAX_SAID = 20

_IMPORT = re.compile(r"(?<![\w`@./])@((?:\./)?[\w~./][^\s`'\"<>()\[\]]*)")
_FENCE = re.compile(r"^\s*(```|~~~)")


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
        is_fenced = False
        for line in raw.splitlines():
            out.append(line)
            is_fenced ^= bool(_FENCE.match(line))
            if is_fenced or "@" not in line:
                continue
            for found in _IMPORT.finditer(re.sub(r"`[^`]*`", "", line)):
                text = self._import(source, found[1].rstrip(".,;:!?"), depth)
                out.extend(["", text.strip(), ""] if text else [])
        return "\n".join(out) + "\n"

    def _import(self, source: str, name: str, depth: int) -> str:
        """Return the text that `@name` stands for; none when it was met, is a mere mention, or is left out."""
        target = posixpath.normpath(posixpath.join(posixpath.dirname(source), name))
        if target in self._met:
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
        text = self._files.read_or_keep(target)
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
