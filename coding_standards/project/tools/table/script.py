"""The tools for JavaScript, TypeScript, CSS and HTML."""

from __future__ import annotations

from coding_standards.project.tools.tool import FormattedForm, JsonForm, TextForm, Tool

_SCRIPT = ("javascript", "typescript")
_WEB = (*_SCRIPT, "css", "html")
CODE_SUFFIX = r"\A(?:eslint|prettier|stylelint|html-?validate)\S*\.(?:[cm]?[jt]s)\n"
"""A configuration is shown with its name on the first line: these are programs."""
ESLINT_JSON = JsonForm("*.messages.*", "line", "message", "ruleId", "filePath", "column", "severity")

SCRIPT_TOOLS = (
    Tool(
        "eslint",
        "linter",
        _SCRIPT,
        ("eslint.config.*", ".eslintrc*", "package.json#eslintConfig"),
        ("--format=json", "--no-color", "{files}"),
        ESLINT_JSON,
        family="node",
        runs_code=True,
        limit_s=40.0,
        ignored=r"^File ignored ",
        proves={
            "TS-001": ("@typescript-eslint/no-explicit-any",),
            "TS-013": ("@typescript-eslint/no-floating-promises",),
            "JS-001": ("no-var", "prefer-const"),
            "JS-002": ("eqeqeq",),
            "JS-020": ("no-debugger",),
            "TS-020": ("no-debugger",),
        },
        is_kept=True,
    ),
    Tool(
        "biome",
        "linter",
        _WEB,
        ("biome.json", "biome.jsonc", ".biome.json", ".biome.jsonc"),
        ("lint", "--reporter=github", "--colors=off", "--no-errors-on-unmatched", "{files}"),
        TextForm(
            r"^::(?P<severity>\w+) title=(?P<rule>[^,]+),file=(?P<file>[^,]+),line=(?P<line>\d+),endLine=\d+,"
            r"col=(?P<column>\d+),endColumn=\d+::(?P<message>.+)$"
        ),
        family="node",
        unusable=r"^configuration ━",
        proves={"JS-002": ("lint/suspicious/noDoubleEquals",), "TS-001": ("lint/suspicious/noExplicitAny",)},
    ),
    Tool(
        "biome-format",
        "formatter",
        _WEB,
        ("biome.json", "biome.jsonc", ".biome.json", ".biome.jsonc"),
        ("format", "--colors=off", "--stdin-file-path={file}"),
        FormattedForm(),
        command="biome",
        family="node",
        is_stdin=True,
        ignored=r"formatter is currently disabled|file was ignored|is ignored",
        findings_exit=(0,),
    ),
    Tool(
        "oxlint",
        "linter",
        _SCRIPT,
        (".oxlintrc.json", "oxlint.json", "package.json~\\boxlint\\b"),
        ("--format=json", "{files}"),
        JsonForm(
            "diagnostics.*", "labels.0.span.line", "message", "code", "filename", "labels.0.span.column", "severity"
        ),
        family="node",
        code_where=r"jsPlugins",
        proves={"JS-002": ("eslint(eqeqeq)",), "JS-020": ("eslint(no-debugger)",)},
    ),
    Tool(
        "prettier",
        "formatter",
        _WEB,
        (".prettierrc*", "prettier.config.*", "package.json#prettier"),
        ("--no-color", "--stdin-filepath={file}"),
        FormattedForm(),
        family="node",
        is_stdin=True,
        code_where=rf"{CODE_SUFFIX}|\"?plugins\"?\s*[:=]|\A[^\n]+\n\s*\"[^\"]+\"\s*\Z",
        findings_exit=(0,),
    ),
    Tool(
        "tsc",
        "types",
        ("typescript",),
        ("tsconfig.json",),
        (
            "--noEmit",
            "--pretty",
            "false",
            "--incremental",
            "--tsBuildInfoFile",
            "{cache}/tsbuildinfo",
            "--listFiles",
            "--project",
            "{config}",
        ),
        TextForm(
            r"^(?P<file>\S[^\n]*)\((?P<line>\d+),(?P<column>\d+)\): (?P<severity>error|warning) "
            r"(?P<rule>TS\d+): (?P<message>.+)$"
        ),
        family="node",
        limit_s=60.0,
        findings_exit=(0, 1, 2),
        is_listing=True,
        follows="references",
        unusable=r"^error TS\d+",
    ),
    Tool(
        "stylelint",
        "linter",
        ("css",),
        (".stylelintrc*", "stylelint.config.*", "package.json#stylelint"),
        ("--formatter=json", "--no-color", "{files}"),
        JsonForm("*.warnings.*", "line", "text", "rule", "source", "column", "severity"),
        family="node",
        code_where=rf"{CODE_SUFFIX}|\"?(?:plugins|processors|customSyntax)\"?\s*:",
        findings_exit=(0, 2),
    ),
    Tool(
        "html-validate",
        "linter",
        ("html",),
        (".htmlvalidate.*", "package.json#htmlValidate"),
        ("--formatter=json", "{files}"),
        ESLINT_JSON,
        family="node",
        code_where=r"\A\.htmlvalidate\.[cm]?js\n|\"?plugins\"?\s*:",
    ),
)
