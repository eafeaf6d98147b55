"""What a JavaScript or TypeScript file imports: the texts in its `import`, `export … from` and `require`.

The rule: no input costs more than its length. A tree is walked once, without recursion; long code is only searched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ast_grep_py import SgNode, SgRoot

from code_assistant.project.packages.modules import Deadline
from code_assistant.result import GeneratedFile

_MAX_PARSED_CHARS = 50_000
"""Longer code is generated or made to be slow; where it imports something can be seen without a tree."""
_STEPS = 1_000
"""Nodes between two looks at the clock."""
_CALLS = ("require", "import", "require.resolve", "jest.mock", "vi.mock")
_MAX_CALL_CHARS = max(map(len, _CALLS))
_TYPESCRIPT = {".tsx": "Tsx", ".ts": "TypeScript", ".mts": "TypeScript", ".cts": "TypeScript"}
_MENTIONS = re.compile(r"\b(?:import|export|require|mock)\b")
_STATEMENT = re.compile(
    r"""^(?:import|export|\})(?:[^'"`\n;]{0,1000}?\bfrom)?[ \t]{0,10}["']([^"'\n]{1,200})["']
      | ^(?:(?:const|let|var)\b[^'"`\n;=]{1,1000}=[ \t]{0,10})?(?:await[ ])?
        (?:require|import)\([ \t]{0,10}["'`]([^"'`$\n]{1,200})["'`]""",
    re.MULTILINE | re.VERBOSE,
)
"""Only where a line starts: what is indented may be inside `try`."""


def imported(file: GeneratedFile, deadline: Deadline) -> Iterator[tuple[str, int]]:
    """What a file imports, as written, with the line; what is inside `try` may be missing and is left out.

    Raises:
        DeadlineError: there is no time left.
    """
    deadline.check()
    code = file.content.encode(errors="replace").decode()  # lone surrogates break the parser
    if not _MENTIONS.search(code):
        return
    if len(code) > _MAX_PARSED_CHARS:
        yield from _search(code)
        return
    language = _TYPESCRIPT.get(Path(file.path).suffix, "TypeScript" if file.language == "typescript" else "JavaScript")
    for source in _sources(SgRoot(code, language).root(), deadline):
        yield source.text().strip("'\"`"), source.range().start.line + 1


def _search(code: str) -> Iterator[tuple[str, int]]:
    line, at = 1, 0
    for match in _STATEMENT.finditer(code):
        line += code.count("\n", at, match.start())
        at = match.start()
        yield match[1] or match[2], line


def _sources(root: SgNode, deadline: Deadline) -> Iterator[SgNode]:
    """The strings that name modules, in the order of the file."""
    waiting, steps = [root], 0
    while waiting:
        steps += 1
        if steps % _STEPS == 0:
            deadline.check()
        node = waiting.pop()
        kind = node.kind()
        if kind == "try_statement":
            continue
        if kind in ("import_statement", "export_statement", "import_require_clause"):
            source = node.field("source")
        else:
            source = _argument(node) if kind == "call_expression" else None
        if source is not None:
            yield source
        waiting += reversed(node.children())


def _argument(call: SgNode) -> SgNode | None:
    function, arguments = call.field("function"), call.field("arguments")
    if function is None or arguments is None:
        return None
    place = function.range()
    if place.end.index - place.start.index > _MAX_CALL_CHARS or function.text() not in _CALLS:
        return None
    first = next((child for child in arguments.children() if child.is_named() and child.kind() != "comment"), None)
    if first is None or first.kind() not in ("string", "template_string"):
        return None
    has_parts = any(child.kind() == "template_substitution" for child in first.children())
    return None if has_parts else first
