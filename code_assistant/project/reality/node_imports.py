"""What a JavaScript or TypeScript file imports: the texts in its `import`, `export … from` and `require`.

The rule: no input costs more than its length. A tree is walked once, without recursion; long code is only searched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ast_grep_py import SgNode, SgRoot

from code_assistant.project.packages.modules import Deadline
from code_assistant.result import GeneratedFile

_MAX_PARSED_CHARS = 50_000
"""Longer code is generated or made to be slow; where it imports something can be seen without a tree."""
_STEPS = 1_000
"""Nodes between two looks at the clock."""
_CALLS = ("require", "import", "require.resolve", "jest.mock", "vi.mock")
_MAX_CALL_CHARS = 20
_TYPESCRIPT = {".tsx": "Tsx", ".ts": "TypeScript", ".mts": "TypeScript", ".cts": "TypeScript"}
_MENTIONS = re.compile(r"\b(?:import|export|require|mock)\b")
_DECLARES = re.compile(r"^[ \t]{0,20}declare[ ]module[ ][\"']([^\"'\n]{1,200})[\"']", re.MULTILINE)
_COMMENTS = re.compile(
    r"""^///[ ]{0,10}<reference[ ]types=["']([^"'\n]{1,200})["'] | ^/\*\*[ ]{0,10}@jsxImportSource[ ]([^\s*]{1,200})""",
    re.MULTILINE | re.VERBOSE,
)
_MAKERS = re.compile(r"\b(\w{1,20}) ?= ?(?:\w{1,30}\.)?createRequire\(")
"""Functions like `require` that a file makes itself."""
_STATEMENT = re.compile(
    r"""^(?:import|export|\})(?:[^'"`\n;]{0,1000}?\bfrom)?[ \t]{0,10}["']([^"'\n]{1,200})["']
      | ^(?:(?:const|let|var)\b[^'"`\n;=]{1,1000}=[ \t]{0,10})?(?:await[ ])?
        (?:require|import)\([ \t]{0,10}["'`]([^"'`$\n]{1,200})["'`]""",
    re.MULTILINE | re.VERBOSE,
)
"""Only where a line starts: what is indented may be inside `try`."""


@dataclass(frozen=True)
class NodeImport:
    """One mention of a module."""

    source: str
    """As written."""
    line: int
    names: tuple[str, ...] = ()
    """What is taken from it by name."""


def imported(file: GeneratedFile, deadline: Deadline) -> Iterator[NodeImport]:
    """What a file imports; what it declares itself, or may be missing inside `try` or before `.catch`, is left out.

    Raises:
        DeadlineError: there is no time left.
    """
    deadline.check()
    code = file.content.encode(errors="replace").decode()  # lone surrogates break the parser
    declared = [re.compile(re.escape(name).replace(r"\*", ".*")) for name in _DECLARES.findall(code)]
    for found in _all(file, code, deadline):
        if not any(pattern.fullmatch(found.source) for pattern in declared):
            yield found


def _all(file: GeneratedFile, code: str, deadline: Deadline) -> Iterator[NodeImport]:
    for comment in _COMMENTS.finditer(code):
        yield NodeImport(comment[1] or comment[2], code.count("\n", 0, comment.start()) + 1)
    if not _MENTIONS.search(code):
        return
    if len(code) > _MAX_PARSED_CHARS:
        yield from _search(code)
        return
    language = _TYPESCRIPT.get(Path(file.path).suffix, "TypeScript" if file.language == "typescript" else "JavaScript")
    calls = (*_CALLS, *_MAKERS.findall(code))
    for node, source in _sources(SgRoot(code, language).root(), deadline, calls):
        yield NodeImport(source.text().strip("'\"`"), source.range().start.line + 1, tuple(_names(node)))


def _names(node: SgNode) -> Iterator[str]:
    """The names in `import { a, b as c } from` and `export { a } from`."""
    for clause in node.children() if node.kind() in ("import_statement", "export_statement") else ():
        for group in (clause, *clause.children()):
            if group.kind() in ("named_imports", "export_clause"):
                fields = [part.field("name") for part in group.children() if part.kind().endswith("_specifier")]
                yield from (name.text() for name in fields if name is not None and name.kind() == "identifier")


def _search(code: str) -> Iterator[NodeImport]:
    line, at = 1, 0
    for match in _STATEMENT.finditer(code):
        line += code.count("\n", at, match.start())
        at = match.start()
        yield NodeImport(match[1] or match[2], line)


def _sources(root: SgNode, deadline: Deadline, calls: tuple[str, ...]) -> Iterator[tuple[SgNode, SgNode]]:
    """The strings that name modules, with what they stand in, in the order of the file."""
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
            source = _argument(node, calls) if kind == "call_expression" else None
        if source is not None:
            yield node, source
        waiting += reversed(node.children())


def _is_caught(call: SgNode) -> bool:
    """True for `import("x").catch(...)`, also after `.then(...)`."""
    above = call.parent()
    while above is not None and above.kind() in ("member_expression", "call_expression"):
        called = above.field("property")
        if called is not None and called.text() == "catch":
            return True
        above = above.parent()
    return False


def _argument(call: SgNode, calls: tuple[str, ...]) -> SgNode | None:
    function, arguments = call.field("function"), call.field("arguments")
    if function is None or arguments is None:
        return None
    place = function.range()
    if place.end.index - place.start.index > _MAX_CALL_CHARS or function.text() not in calls or _is_caught(call):
        return None
    first = next((child for child in arguments.children() if child.is_named() and child.kind() != "comment"), None)
    if first is None or first.kind() not in ("string", "template_string"):
        return None
    has_parts = any(child.kind() == "template_substitution" for child in first.children())
    return None if has_parts else first
