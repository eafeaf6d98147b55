"""What a row of the table says about one tool, and what a tool says about code.

Its one rule: a row is data. Nothing in this room knows a tool by its name; what is special about one stands in its row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from coding_standards.rules import Severity

Kind = Literal["linter", "formatter", "types"]
Family = Literal["python", "node", "go", "rust", "java", "other"]

ALWAYS = "*always"
"""The marker of a team's tool that every project has."""

INSTALL: Mapping[Family, str] = {
    "python": "install it in the project's .venv",
    "node": "run the project's `npm ci` (or pnpm, yarn)",
    "go": "install it with `go install`, so that it is on the PATH",
    "rust": "install it with `rustup component add`",
    "java": "install it, so that it is on the PATH",
    "other": "install it, so that it is on the PATH",
}


@dataclass(frozen=True)
class TextForm:
    """Findings one a line, as most compilers write them."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    pattern: str
    """With the groups `line` and `message`, and where it has them `file`, `column`, `rule`, `severity`."""


@dataclass(frozen=True)
class JsonForm:
    """Findings in a JSON document; `*` in a path is each element, `@` the key under which it stands, `?name` the first
    element whose `name` is true."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    entries: str
    """The path to each finding; empty for the document itself."""
    line: str
    message: str
    rule: str = ""
    file: str = ""
    """Looked for in the finding, then in what holds it."""
    column: str = ""
    severity: str = ""
    counts_from: Literal[0, 1] = 1
    """The number of the first line."""
    is_lines: bool = False
    """Whether each line is a document."""


@dataclass(frozen=True)
class FormattedForm:
    """The whole text, formatted, on standard output."""

    __pydantic_config__ = ConfigDict(extra="forbid")


@dataclass(frozen=True)
class RefusalForm:
    """Nothing that can be taken apart: exit code 1 is a finding about each file, with what was written as its text."""

    __pydantic_config__ = ConfigDict(extra="forbid")


Form = TextForm | JsonForm | FormattedForm | RefusalForm

SARIF = JsonForm(
    "runs.*.results.*",
    line="locations.0.physicalLocation.region.startLine",
    message="message.text",
    rule="ruleId",
    file="locations.0.physicalLocation.artifactLocation.uri",
    column="locations.0.physicalLocation.region.startColumn",
    severity="level",
)
"""https://docs.oasis-open.org/sarif/sarif/v2.1.0"""

GCC = TextForm(
    r"^(?P<file>[^\s:][^:\n]*):(?P<line>\d+):(?:(?P<column>\d+):)? ?(?:(?P<severity>error|warning|note|info)\S*:? )?"
    r"(?P<message>.+?)(?: [\[(](?P<rule>[\w./-]+)[\])])?$"
)
"""`file:line:column: error: message [rule]`"""


BY_NAME: Mapping[str, Form] = {
    "sarif": SARIF,
    "gcc": GCC,
    "exit-code": RefusalForm(),
    "formatted": FormattedForm(),
    "eslint": JsonForm("*.messages.*", "line", "message", "ruleId", "filePath", "column", "severity"),
}
"""The forms that a row can call by a name."""

BUILD_FILES = (".pre-commit-config.yaml", "Makefile", "package.json", "tox.ini", "noxfile.py", "justfile")
"""In which a team writes down what its checks are."""


@dataclass(frozen=True)
class Tool:
    """One row: how a tool is recognised, started and read. Its keys are these, but for `read` and `stdin`."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    name: str
    """As findings name it: `eslint` in `eslint/no-var`."""
    kind: Kind
    command: tuple[str, ...]
    """The program and its arguments. `{files}` and `{dirs}` stand for several, `{file}` for one of several runs,
    `{config_option}` for none where the configuration only mentions the tool, `{hooks}` for one with the hooks that
    need no download."""
    form: Annotated[Form, Field(alias="read"), BeforeValidator(lambda given: BY_NAME.get(str(given), given))]
    languages: tuple[str, ...] = ()
    """Names of languages; empty for every one."""
    configured_by: tuple[str, ...] = ()
    """Any of these: `ruff.toml`, a glob; `pyproject.toml#tool.ruff`, a key; `Makefile~regex`, a mention."""
    mentioned: str = ""
    """A pattern; a mention in any of `BUILD_FILES` is enough, too."""
    family: Family = "other"
    is_stdin: Annotated[bool, Field(alias="stdin")] = False
    """Whether it takes the text on standard input, one file a run."""
    runs_code: bool = False
    """Whether its configuration, or what it builds, is code of the project that runs."""
    code_where: str = ""
    """A pattern: a configuration in which it is found runs code."""
    limit_s: float = 20.0
    findings_exit: tuple[int, ...] = (0, 1)
    """The exit codes of a run that can be believed."""
    max_exit: int = 0
    """In their place, where every code up to this one can be."""
    python_option: str = ""
    """How it is told the project's interpreter."""
    environment: Mapping[str, str] = field(default_factory=dict)
    is_listing: bool = False
    """Whether it writes the path of every file that it looked at, so that one it left out is known."""
    ignored: str = ""
    """A pattern for what it says of a file that its configuration leaves out."""
    unusable: str = ""
    """A pattern for output that says it could not do its work, whatever the exit code."""
    version_arguments: tuple[str, ...] = ("--version",)
    group: str = ""
    """Of the tools of one group the first that is installed is used."""
    needs_git: bool = False
    """Whether it works in a git repository only; an empty one does."""
    follows: str = ""
    """The key of a configuration without files of its own that names the configurations to use in its place."""
    proves: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Item -> rules of the tool that break it."""
    is_kept: bool = False
    """Whether it is eslint, whose start costs more than its work, so that it is kept running."""
    also_called: str = ""
    """Another name of its program, as somebody's packages have it."""

    @property
    def program(self) -> str:
        """The name of its program."""
        return self.command[0]

    @cached_property
    def markers(self) -> tuple[str, ...]:
        """What tells that it is configured, mentions in build files included."""
        mentions = (f"{name}~{self.mentioned}" for name in BUILD_FILES if self.mentioned)
        return (*self.configured_by, *mentions)

    def can_be_believed(self, exit_code: int) -> bool:
        """Whether a run that ended so has done its work."""
        return exit_code in (range(self.max_exit + 1) if self.max_exit else self.findings_exit)


@dataclass(frozen=True)
class Said:
    """One thing that a tool says about one file."""

    tool: str
    rule: str
    file: str
    """Relative to the project, with `/`."""
    line: int
    column: int
    severity: Severity
    message: str
