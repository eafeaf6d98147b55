"""The syntax of Python, judged by Python itself; ruff is asked where this interpreter is older than the code.

Its one rule: code is compiled, never run.
"""

from __future__ import annotations

import ast
import warnings

from coding_standards.engines.ruff import engine as ruff
from coding_standards.engines.run import Syntax
from coding_standards.engines.source import Source
from groundwork.python_parser import PARSER_LOCK

_TOO_COMPLEX = "Split this code: it nests more deeply than Python can compile."


def syntax(source: Source) -> Syntax:
    """The first place where the text is not valid Python, if there is one."""
    error = _compile(source.code, 0)
    if error is None or _is_newer(source):
        return Syntax()
    line = max(error.lineno or 1, 1)
    found = source.syntax_finding(line, max(error.offset or 1, 1), f"Make this valid Python: {error.msg}.")
    return Syntax((found,))


def _is_newer(source: Source) -> bool:
    """Whether the text is valid in a Python newer than this one; ruff takes seconds over garbage, so it is spared."""
    return source.is_searchable and _compile(source.code, ast.PyCF_ONLY_AST) is not None and ruff.accepts(source)


def _compile(code: str, flags: int) -> SyntaxError | None:
    # What catches warnings changes the whole process, so two threads must not be in it at once either.
    with PARSER_LOCK, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(code, "<code>", "exec", flags, dont_inherit=True)
        except SyntaxError as error:
            return error
        except (RecursionError, MemoryError):
            return SyntaxError(_TOO_COMPLEX)
        except ValueError as error:  # NUL bytes, before Python 3.12
            return SyntaxError(str(error))
    return None
