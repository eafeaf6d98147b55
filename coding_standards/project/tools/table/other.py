"""The tools for SQL, and those for several languages."""

from __future__ import annotations

from coding_standards.project.tools.mention import list_mentions
from coding_standards.project.tools.tool import JsonForm, RefusalForm, TextForm, Tool

OTHER_TOOLS = (
    Tool(
        "sqlfluff",
        "linter",
        ("sql",),
        (".sqlfluff", "pyproject.toml#tool.sqlfluff", "setup.cfg#sqlfluff", "tox.ini#sqlfluff"),
        ("lint", "--format=json", "--disable-progress-bar", "--nocolor", "{files}"),
        JsonForm("*.violations.*", "start_line_no", "description", "code", "filepath", "start_line_pos"),
        family="python",
        code_where=r"library_path|templater\s*=\s*(?:dbt|python)",
        limit_s=40.0,
        unusable=r"User Error",
    ),
    Tool(
        "sqruff",
        "linter",
        ("sql",),
        (".sqruff", *list_mentions(r"\bsqruff\b")),
        ("lint", "--format=json", "{files}"),
        JsonForm("*.*", "range.start.line", "message", "code", "@", "range.start.character", "severity"),
        family="python",
    ),
    Tool(
        "squawk",
        "linter",
        ("sql",),
        (".squawk.toml", *list_mentions(r"\bsquawk\b")),
        ("--reporter=gcc", "{files}"),
        TextForm(
            r"^(?P<file>[^\s:][^:\n]*):(?P<line>\d+):(?P<column>\d+): (?P<severity>\w+): "
            r"(?P<rule>[\w-]+) (?P<message>.+)$"
        ),
    ),
    Tool(
        "semgrep",
        "linter",
        (),
        (".semgrep.yml", ".semgrep.yaml", ".semgrep"),
        ("scan", "--json", "--quiet", "--metrics=off", "--disable-version-check", "--config", "{config}", "{files}"),
        JsonForm("results.*", "start.line", "extra.message", "check_id", "path", "start.col", "extra.severity"),
        family="python",
        limit_s=40.0,
        environment=(("SEMGREP_SEND_METRICS", "off"),),
    ),
    Tool(
        "opengrep",
        "linter",
        (),
        (".opengrep.yml", ".opengrep", *list_mentions(r"\bopengrep\b")),
        ("scan", "--json", "--quiet", "--config", "{config}", "{files}"),
        JsonForm("results.*", "start.line", "extra.message", "check_id", "path", "start.col", "extra.severity"),
        limit_s=40.0,
    ),
    Tool(
        "ast-grep",
        "linter",
        (),
        ("sgconfig.yml", "sgconfig.yaml"),
        ("scan", "--json=compact", "{files}"),
        JsonForm("*", "range.start.line", "message", "ruleId", "file", "range.start.column", "severity", counts_from=0),
        code_where=r"^customLanguages:",
    ),
    Tool(
        "pre-commit",
        "linter",
        (),
        (".pre-commit-config.yaml~repo:\\s*[\"']?local",),
        ("run", "--color=never", "--config={hooks}", "--files", "{files}"),
        RefusalForm(),
        group="hooks",
        needs_git=True,
        runs_code=True,
        limit_s=60.0,
        family="python",
    ),
    Tool(
        "prek",
        "linter",
        (),
        (".pre-commit-config.yaml~repo:\\s*[\"']?local",),
        ("run", "--color=never", "--no-progress", "--config={hooks}", "--files", "{files}"),
        RefusalForm(),
        group="hooks",
        needs_git=True,
        runs_code=True,
        limit_s=60.0,
    ),
)
