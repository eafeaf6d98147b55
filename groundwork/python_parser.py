"""Python's own parser, for one thread at a time.

Its one rule: nobody else calls `ast.parse`. CPython 3.11 counts the depth of a tree for all threads
together: two in its parser at once get `SystemError: AST constructor recursion depth mismatch`, now and then.
"""

from __future__ import annotations

import ast
import threading

PARSER_LOCK = threading.RLock()
"""Held by whatever parses, also by griffe."""


def parse_python(code: str) -> ast.Module:
    """Return the tree of a module.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: this Python cannot parse it.
    """
    with PARSER_LOCK:
        return ast.parse(code)
