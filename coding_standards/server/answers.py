"""What `get_standards` and `search_standards` answer: shapes for programs; the Markdown beside them says the same."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StandardEntry(_Shape):
    """One standard that was asked for."""

    uri: str
    title: str
    source: str = Field(description="`built-in`, or a file of the team's")
    items: tuple[str, ...] = Field(description="Ids of its items")


class StandardsAnswer(_Shape):
    """The answer of `get_standards`."""

    language: str
    standards: tuple[StandardEntry, ...]
    project: tuple[str, ...] = Field(default=(), description="Files of the project whose text is included")
    conflicts: tuple[str, ...] = ()
    problems: tuple[str, ...] = Field(default=(), description="Standards files or rules that cannot be used, and why")
    text: str = Field(description="Everything as Markdown")


class SearchHit(_Shape):
    """One item found."""

    id: str
    title: str
    uri: str = Field(description="The resource that holds it in full, or a file of the project's")
    excerpt: str
    score: float


class SearchAnswer(_Shape):
    """The answer of `search_standards`."""

    query: str
    language: str | None = None
    hits: tuple[SearchHit, ...] = Field(description="Best first")
    note: str | None = Field(default=None, description="What to do when nothing was found")
    problems: tuple[str, ...] = Field(default=(), description="Standards files or rules that cannot be used, and why")
