"""A row of the table that a team writes into its `standards.yml`, under `tools`.

Its one rule: a row that cannot be used is named with the reason; a tool of the team's may run unless the user said off,
for whoever writes the team's standards is trusted to name its tools.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from coding_standards.languages import NAMES
from coding_standards.project.tools.tool import (
    ALWAYS,
    GCC,
    SARIF,
    Form,
    FormattedForm,
    JsonForm,
    RefusalForm,
    TextForm,
    Tool,
)

_NAMED: Mapping[str, Form] = {
    "sarif": SARIF,
    "gcc": GCC,
    "exit-code": RefusalForm(),
    "formatted": FormattedForm(),
    "eslint": JsonForm("*.messages.*", "line", "message", "ruleId", "filePath", "column", "severity"),
}


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Text(_Entry):
    pattern: str


class _Json(_Entry):
    entries: str
    line: str
    message: str
    rule: str = ""
    file: str = ""
    column: str = ""
    severity: str = ""
    counts_from: Literal[0, 1] = 1
    is_lines: bool = False


class TeamRow(_Entry):
    """One entry of `tools` in `standards.yml`."""

    name: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    command: list[str] = Field(min_length=1)
    """The program and its arguments; `{files}`, `{file}`, `{dirs}`, `{config}` and `{cache}` are filled in."""
    read: Literal["sarif", "gcc", "exit-code", "formatted", "eslint"] | _Text | _Json
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
        form = self._form()
        return Tool(
            self.name,
            "formatter" if isinstance(form, FormattedForm) else "linter",
            tuple(self.languages),
            tuple(self.configured_by) or (ALWAYS,),
            tuple(self.command[1:]),
            form,
            command=self.command[0],
            is_stdin=self.stdin,
            findings_exit=tuple(self.findings_exit),
            limit_s=self.limit_s,
            version_arguments=(),
        )

    def _form(self) -> Form:
        if isinstance(self.read, str):
            return _NAMED[self.read]
        if isinstance(self.read, _Json):
            return JsonForm(**self.read.model_dump())
        try:
            groups = re.compile(self.read.pattern).groupindex
        except re.error as error:
            raise ValueError(f"{self.name}: read: {error}") from error
        if not {"line", "message"} <= groups.keys():
            raise ValueError(f"{self.name}: read: the pattern needs the groups `line` and `message`")
        return TextForm(self.read.pattern)
