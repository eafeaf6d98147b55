"""A row of the table as it is written: in our files here, and under `tools` in a team's `standards.yml`.

Its one rule: a row that cannot be used is named with the reason; a tool of the team's may run unless the user said off,
for whoever writes the team's standards is trusted to name its tools.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from coding_standards.languages import NAMES
from coding_standards.project.tools.tool import (
    ALWAYS,
    GCC,
    SARIF,
    Family,
    Form,
    FormattedForm,
    JsonForm,
    Kind,
    RefusalForm,
    TextForm,
    Tool,
)

BUILD_FILES = (".pre-commit-config.yaml", "Makefile", "package.json", "tox.ini", "noxfile.py", "justfile")
"""In which a team writes down what its checks are."""
_NAMED: Mapping[str, Form] = {
    "sarif": SARIF,
    "gcc": GCC,
    "exit-code": RefusalForm(),
    "formatted": FormattedForm(),
    "eslint": JsonForm("*.messages.*", "line", "message", "ruleId", "filePath", "column", "severity"),
}


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    name: str
    command: list[str] = Field(min_length=1)
    """The program and its arguments; `{files}`, `{file}`, `{dirs}`, `{config}` and `{cache}` are filled in."""
    read: Literal["sarif", "gcc", "exit-code", "formatted", "eslint"] | TextForm | JsonForm
    languages: list[str] = []
    configured_by: list[str] = []
    """Nothing for every project."""
    stdin: bool = False
    findings_exit: list[int] = [0, 1]
    limit_s: float = 20.0

    def to_tool(self) -> Tool:
        """The row as the table has it.

        Raises:
            ValueError: a language is not known, or the pattern is none.
        """
        unknown = sorted(set(self.languages) - set(NAMES))
        if unknown:
            raise ValueError(f"{self.name}: unknown language {unknown[0]!r}; known: {', '.join(NAMES)}")
        form = _NAMED[self.read] if isinstance(self.read, str) else self.read
        if isinstance(form, TextForm):
            self._look_at(form.pattern)
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

    def _look_at(self, pattern: str) -> None:
        try:
            groups = re.compile(pattern).groupindex
        except re.error as error:
            raise ValueError(f"{self.name}: read: {error}") from error
        if not {"line", "message"} <= groups.keys():
            raise ValueError(f"{self.name}: read: the pattern needs the groups `line` and `message`")


class TeamRow(_Row):
    """One entry of `tools` in `standards.yml`."""

    name: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    limit_s: float = Field(default=20.0, gt=0, le=45)


class TableRow(_Row):
    """One entry of our own files, which says more; what the other keys mean is told at `Tool`."""

    model_config = ConfigDict(strict=False)

    kind: Kind
    family: Family = "other"
    mentioned: str = ""
    """A pattern that is looked for in `BUILD_FILES`."""
    max_exit: int = 0
    """In place of `findings_exit`, where every code up to this one can be believed."""
    runs_code: bool = False
    code_where: str = ""
    python_option: str = ""
    environment: dict[str, str] = {}
    is_listing: bool = False
    ignored: str = ""
    unusable: str = ""
    version_arguments: tuple[str, ...] = ("--version",)
    group: str = ""
    needs_git: bool = False
    follows: str = ""
    proves: dict[str, tuple[str, ...]] = {}
    is_kept: bool = False
    also_called: str = ""

    def to_tool(self) -> Tool:
        """The row as the table has it."""
        own = TableRow.model_fields.keys() - _Row.model_fields.keys() - {"mentioned", "max_exit", "environment"}
        mentions = [f"{name}~{self.mentioned}" for name in BUILD_FILES] if self.mentioned else []
        return replace(
            super().to_tool(),
            configured_by=(*self.configured_by, *mentions),
            findings_exit=tuple(range(self.max_exit + 1)) if self.max_exit else tuple(self.findings_exit),
            environment=tuple(self.environment.items()),
            **self.model_dump(include=own),
        )
