"""A tool that a team adds to the table, under `tools` in its `standards.yml`.

Its one rule: a row that cannot be used is named with the reason; a tool of the team's may run unless the user said off,
for whoever writes the team's standards is trusted to name its tools.
"""

from __future__ import annotations

import re
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from coding_standards.languages import NAMES
from coding_standards.project.tools.tool import ALWAYS, BY_NAME, FormattedForm, JsonForm, TextForm, Tool


class TeamRow(BaseModel):
    """One entry of `tools` in `standards.yml`; what the keys mean is told at `Tool`."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    command: list[str] = Field(min_length=1)
    read: Literal["sarif", "gcc", "exit-code", "formatted", "eslint"] | TextForm | JsonForm
    languages: list[str] = []
    configured_by: list[str] = []
    """Nothing for every project."""
    stdin: bool = False
    findings_exit: list[int] = [0, 1]
    limit_s: float = Field(default=20.0, gt=0, le=45)

    def to_tool(self) -> Tool:
        """The row as the table has it.

        Raises:
            ValueError: a language is not known, or the pattern is none.
        """
        unknown = sorted(set(self.languages) - set(NAMES))
        if unknown:
            raise ValueError(f"{self.name}: unknown language {unknown[0]!r}; known: {', '.join(NAMES)}")
        form = BY_NAME[self.read] if isinstance(self.read, str) else self.read
        if isinstance(form, TextForm):
            self._look_at(form.pattern)
        return Tool(
            self.name,
            "formatter" if isinstance(form, FormattedForm) else "linter",
            tuple(self.command),
            form,
            tuple(self.languages),
            tuple(self.configured_by) or (ALWAYS,),
            is_stdin=self.stdin,
            findings_exit=tuple(self.findings_exit),
            limit_s=self.limit_s,
            version_arguments=(),
        )

    def _look_at(self, pattern: str) -> None:
        try:
            groups = re.compile(pattern).groupindex
        except re.error as error:
            raise ValueError(f"{self.name}: read: {error}") from error
        if not {"line", "message"} <= groups.keys():
            raise ValueError(f"{self.name}: read: the pattern needs the groups `line` and `message`")
