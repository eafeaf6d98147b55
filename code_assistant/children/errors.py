"""What goes wrong with a child, in one line for people."""

from __future__ import annotations

from mcp import MCPError

_CONNECTION_CLOSED = -32000


class ChildError(Exception):
    """A child could not do what was asked; `why` and `remedy` are for the user."""

    def __init__(self, child: str, why: str, remedy: str = "") -> None:
        super().__init__(f"{child}: {why}" + (f"; {remedy}" if remedy else ""))
        self.why = why
        self.remedy = remedy


def describe(error: BaseException) -> str:
    """One line about an error; the SDK wraps connection errors in exception groups."""
    error = _unwrap(error)
    text = " ".join(str(error).split())
    kind = type(error).__name__
    if kind == "UserError":  # the Agents SDK's word for whatever it has put into plain words itself
        return text[:500]
    return f"{kind}: {text}"[:500] if text else kind


def is_closed(error: BaseException) -> bool:
    """True when the connection ended under a request."""
    error = _unwrap(error)
    return isinstance(error, MCPError) and error.error.code == _CONNECTION_CLOSED


def _unwrap(error: BaseException) -> BaseException:
    return _unwrap(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else error
