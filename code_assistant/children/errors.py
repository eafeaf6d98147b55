"""What goes wrong with a child, in one line for people."""

from __future__ import annotations

from mcp import MCPError

from code_assistant.text.plain import plain_line

_CONNECTION_CLOSED = -32000
_MAX_CHARS = 500


class ChildError(Exception):
    """A child could not do what was asked; `why` and `remedy` are for the user."""

    def __init__(self, child: str, why: str, remedy: str = "") -> None:
        super().__init__(f"{child}: {why}" + (f"; {remedy}" if remedy else ""))
        self.why = why
        self.remedy = remedy


def describe(error: BaseException) -> str:
    """One line about an error; the SDK wraps connection errors in exception groups."""
    error = _unwrap(error)
    text = plain_line(str(error), _MAX_CHARS)
    kind = type(error).__name__
    if kind == "UserError":  # the Agents SDK's word for whatever it has put into plain words itself
        return text
    return f"{kind}: {text}"[:_MAX_CHARS] if text else kind


def is_closed(error: BaseException) -> bool:
    """True when the connection ended under a request."""
    error = _unwrap(error)
    return isinstance(error, MCPError) and error.error.code == _CONNECTION_CLOSED


def _unwrap(error: BaseException) -> BaseException:
    return _unwrap(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else error
