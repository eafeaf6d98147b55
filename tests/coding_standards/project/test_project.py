"""What a project says about its code: real files in a temporary folder, read as a server would read them."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from coding_standards.languages import find_language
from coding_standards.project.conflicts import find_conflicts
from coding_standards.project.editorconfig import UNLIMITED, parse_editorconfig, resolve_layout
from coding_standards.project.files import MAX_BYTES, MAX_FILES
from coding_standards.project.globs import expand, matches, may_match_language, split_globs
from coding_standards.project.instructions import MAX_TEXTS, ProjectStandards, fingerprint, read_project

FAST_S = 3.0
"""Of processor time; a quadratic reading of the same takes minutes."""
PYTHON = find_language("python")
TYPESCRIPT = find_language("typescript")
GO = find_language("go")

needs_symlinks = pytest.mark.skipif(sys.platform == "win32", reason="symlinks need a privilege on Windows")


def project(root: Path, files: dict[str, str]) -> ProjectStandards:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return read_project(root)


def sources(standards: ProjectStandards, language: str, path: str | None = None) -> list[str]:
    return [text.source for text in standards.texts_for(find_language(language), path)]


def test_an_agents_file_holds_for_its_folder_and_the_nearest_comes_last(tmp_path: Path) -> None:
    standards = project(tmp_path, {"AGENTS.md": "# All\nBe kind.", "api/AGENTS.md": "# API\nUse asyncio."})
    assert sources(standards, "python") == ["AGENTS.md"]
    assert sources(standards, "python", "api/views.py") == ["AGENTS.md", "api/AGENTS.md"]
    assert sources(standards, "python", "apix/views.py") == ["AGENTS.md"]
    assert standards.texts[1].title == "API"
    assert standards.problems == ()


def test_an_absolute_path_in_the_project_is_scoped_like_a_relative_one(tmp_path: Path) -> None:
    standards = project(tmp_path, {"api/AGENTS.md": "Use asyncio."})
    assert sources(standards, "python", str(standards.root / "api" / "views.py")) == ["api/AGENTS.md"]
    assert sources(standards, "python", "/elsewhere/api/views.py") == []
    assert sources(standards, "python", "api/../views.py") == []


def test_items_with_an_id_are_items_and_other_lines_are_text(tmp_path: Path) -> None:
    standards = project(tmp_path, {"AGENTS.md": "- `TEAM-001` Log in UTC. Always.\n- Prefer tuples.\n"})
    assert [item.id for item in standards.texts[0].items] == ["TEAM-001"]
    assert "Prefer tuples" in standards.texts[0].text


def test_a_claude_file_takes_in_what_it_imports(tmp_path: Path) -> None:
    standards = project(
        tmp_path,
        {
            "CLAUDE.md": "# Rules\nSee @docs/style.md.\nMail a@example.org, use `@not/this.md`.\n"
            "```\n@docs/other.md\n```\n",
            "docs/style.md": "Short functions. @more.md",
            "docs/more.md": "Long names. @style.md",
            "docs/other.md": "Not wanted.",
        },
    )
    text = standards.texts[0].text
    assert "Short functions." in text
    assert text.count("Long names.") == 1
    assert "Not wanted." not in text
    assert standards.problems == ()


def test_an_import_out_of_the_project_is_left_out_and_said(tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("password")
    standards = project(tmp_path / "p", {"CLAUDE.md": "@../secret.md\n@~/.ssh/id.md\n@/etc/passwd\n@missing.md\n"})
    assert "password" not in standards.texts[0].text
    assert "root:" not in standards.texts[0].text
    assert len(standards.problems) == 4
    assert all(problem.startswith("CLAUDE.md: the import @") for problem in standards.problems)


def test_cursor_rules_apply_by_glob_always_or_on_request(tmp_path: Path) -> None:
    standards = project(
        tmp_path,
        {
            ".cursor/rules/web.mdc": "---\ndescription: Web\nglobs: *.ts,*.tsx\nalwaysApply: false\n---\nUse hooks.",
            ".cursor/rules/api/py.mdc": '---\nglobs: ["src/api/**/*.py"]\n---\nUse asyncio.',
            ".cursor/rules/all.mdc": "---\nalwaysApply: true\nglobs:\n---\nBe kind.",
            ".cursor/rules/ask.mdc": "---\ndescription: Database migrations\nglobs: \n---\nOnly forwards.",
            "web/.cursor/rules/css.mdc": "---\nglobs: **/*.css\n---\nNo floats.",
        },
    )
    rules = ".cursor/rules/"
    assert sources(standards, "typescript") == [f"{rules}all.mdc", f"{rules}web.mdc"]
    assert sources(standards, "typescript", "a/b/c.tsx") == [f"{rules}all.mdc", f"{rules}web.mdc"]
    assert sources(standards, "python") == [f"{rules}all.mdc", f"{rules}api/py.mdc"]
    assert sources(standards, "python", "src/api/v1/x.py") == [f"{rules}all.mdc", f"{rules}api/py.mdc"]
    assert sources(standards, "python", "src/x.py") == [f"{rules}all.mdc"]
    assert sources(standards, "css", "web/a.css") == [f"{rules}all.mdc", f"web/{rules}css.mdc"]
    assert [text.title for text in standards.texts if text.on_request] == ["Database migrations"]
    assert all("globs" not in text.text for text in standards.texts)
    assert standards.problems == ()


def test_copilot_instructions_apply_as_apply_to_says(tmp_path: Path) -> None:
    standards = project(
        tmp_path,
        {
            ".github/copilot-instructions.md": "Be kind.",
            ".github/instructions/ts.instructions.md": '---\napplyTo: "**/*.ts,**/*.tsx"\n---\nUse hooks.',
            ".github/instructions/top.instructions.md": "---\napplyTo: *.py\n---\nScripts.",
            ".github/instructions/all.instructions.md": "---\napplyTo: '**'\n---\nBe brief.",
            ".github/workflows/AGENTS.md": "not ours",
        },
    )
    base = ".github/instructions/"
    always = [".github/copilot-instructions.md", f"{base}all.instructions.md"]
    assert sources(standards, "go", "cmd/main.go") == always
    assert sources(standards, "typescript", "src/a.ts") == [*always, f"{base}ts.instructions.md"]
    assert sources(standards, "python", "run.py") == [*always, f"{base}top.instructions.md"]
    assert sources(standards, "python", "src/run.py") == always


def test_a_legacy_cursorrules_file_holds_everywhere(tmp_path: Path) -> None:
    assert sources(project(tmp_path, {".cursorrules": "Be kind."}), "rust", "src/main.rs") == [".cursorrules"]


def test_broken_front_matter_is_a_problem_and_the_text_is_kept_for_nothing(tmp_path: Path) -> None:
    standards = project(tmp_path, {".cursor/rules/a.mdc": "---\nglobs: [\n---\nText."})
    assert "front matter is not YAML" in standards.problems[0]
    assert sources(standards, "python") == []


def test_editorconfig_gives_the_layout_of_each_language(tmp_path: Path) -> None:
    standards = project(
        tmp_path,
        {
            ".editorconfig": "root = true\n[*]\nindent_style = space\ninsert_final_newline = true\n"
            "max_line_length = 100\n"
            "[*.{py,pyi}]\nindent_size = 4\n[{Makefile,**.go}]\nindent_style = tab ; as gofmt\n"
            "[web/*.ts]\nindent_size = 2\nmax_line_length = off\n",
            "web/.editorconfig": "[*.ts]\nindent_size = 8\n",
        },
    )
    python = standards.layout(PYTHON)
    assert (python.indent_style, python.indent_size, python.max_line_length) == ("space", 4, 100)
    assert python.insert_final_newline is True
    assert python.trim_trailing_whitespace is None
    assert python.name_source("indent_size") == ".editorconfig [*.{py,pyi}]"
    assert standards.layout(GO).indent_style == "tab"
    assert standards.layout(TYPESCRIPT).indent_size is None
    web = standards.layout(TYPESCRIPT, "web/a.ts")
    assert (web.indent_size, web.max_line_length) == (8, UNLIMITED)
    assert web.name_source("indent_size") == "web/.editorconfig [*.ts]"


def test_a_nested_root_editorconfig_stands_alone() -> None:
    outer, _ = parse_editorconfig("[*]\nindent_size=2\nindent_style=tab\n", ".editorconfig")
    inner, _ = parse_editorconfig("ROOT = TRUE\n[*]\nindent_size=4\n", "lib/.editorconfig")
    layout = resolve_layout("lib/a.py", [outer, inner])
    assert (layout.indent_size, layout.indent_style) == (4, None)
    assert resolve_layout("a.py", [outer, inner]).indent_size == 2


def test_unset_removes_a_value_and_tab_size_comes_from_tab_width() -> None:
    config, problems = parse_editorconfig(
        "[*]\nindent_size=tab\ntab_width=3\n[*.py]\nindent_size=unset\n", ".editorconfig"
    )
    assert problems == []
    assert resolve_layout("a.go", [config]).indent_size == 3
    assert resolve_layout("a.py", [config]).indent_size is None


def test_values_that_cannot_be_used_are_named_by_line() -> None:
    config, problems = parse_editorconfig(
        "[*]\nindent_size = banana\nindent_style = spaces\nmax_line_length = 0\nnonsense\ncharset = latin1\n",
        ".editorconfig",
    )
    assert [problem.split(":")[1] for problem in problems] == [
        " line 2",
        " line 3",
        " line 4",
        " line 5 is neither `[glob]` nor `name = value`",
    ]
    assert resolve_layout("a.py", [config]).indent_size is None


def test_ruff_configuration_is_found_in_ruffs_own_order(tmp_path: Path) -> None:
    standards = project(tmp_path, {"pyproject.toml": "[tool.ruff]\nline-length = 90\n"})
    assert standards.ruff is not None
    assert (standards.ruff.source, standards.ruff.line_length) == ("pyproject.toml", 90)
    standards = project(tmp_path, {"ruff.toml": "extend = 'conf/base.toml'\n", "conf/base.toml": "line-length = 79\n"})
    assert standards.ruff is not None
    assert (standards.ruff.source, standards.ruff.line_length) == ("ruff.toml", 79)
    assert standards.layout(PYTHON).name_source("max_line_length") == "ruff.toml"
    assert standards.layout(GO).max_line_length is None


def test_a_pyproject_without_ruff_is_no_configuration(tmp_path: Path) -> None:
    assert project(tmp_path, {"pyproject.toml": "[tool.black]\nline-length = 90\n"}).ruff is None


@pytest.mark.parametrize(
    "text", ["line-length = ", "extend = '../other.toml'", "extend = '/etc/ruff.toml'", "extend = 'ruff.toml'"]
)
def test_a_ruff_configuration_that_is_broken_or_reaches_out_is_not_used(tmp_path: Path, text: str) -> None:
    standards = project(tmp_path, {"ruff.toml": text})
    assert standards.ruff is None
    assert standards.problems[0].startswith("ruff.toml: ")


def test_different_line_lengths_are_named_with_the_one_that_is_used(tmp_path: Path) -> None:
    standards = project(
        tmp_path,
        {
            ".editorconfig": "[*]\nmax_line_length = 100\n",
            "ruff.toml": "line-length = 88\n",
            "AGENTS.md": "Keep lines under 100 characters.\n",
        },
    )
    assert find_conflicts(standards) == (
        "Python: line length is 88 in ruff.toml, 100 in .editorconfig [*], 100 in AGENTS.md; 88 is used",
    )
    assert standards.layout(PYTHON).max_line_length == 88


def test_different_indents_are_named_for_the_languages_they_concern(tmp_path: Path) -> None:
    standards = project(
        tmp_path,
        {
            ".editorconfig": "[*.{ts,js}]\nindent_style = space\nindent_size = 2\n",
            "AGENTS.md": "# TypeScript\nIndent with 4 spaces.\n# Go\nIndent with tabs.\n",
        },
    )
    assert find_conflicts(standards) == (
        "TypeScript: indent size is 2 in .editorconfig [*.{ts,js}], 4 in AGENTS.md; 2 is used",
    )


def test_prose_about_other_numbers_is_no_claim(tmp_path: Path) -> None:
    standards = project(
        tmp_path,
        {
            ".editorconfig": "[*]\nmax_line_length = 100\nindent_size = 4\n",
            "AGENTS.md": "Files stay under 300 lines. Use 120 workers.\n```\nline length 80\n```\n"
            "Commit subject: at most 50 characters.\nEither 80 or 120: line length 80, or line width 120.\n",
        },
    )
    assert find_conflicts(standards) == ()


@needs_symlinks
def test_a_link_in_the_project_is_read_once_and_a_link_out_of_it_never(tmp_path: Path) -> None:
    (tmp_path / "outside.md").write_text("secret")
    root = tmp_path / "p"
    project(root, {"AGENTS.md": "Be kind."})
    (root / "CLAUDE.md").symlink_to("AGENTS.md")
    (root / ".cursorrules").symlink_to(tmp_path / "outside.md")
    (root / "loop").symlink_to(root)
    standards = read_project(root)
    assert [text.source for text in standards.texts] == ["AGENTS.md"]
    assert standards.problems == (".cursorrules: leads out of the project; not read",)


@needs_symlinks
def test_a_circle_of_links_and_a_pipe_are_problems(tmp_path: Path) -> None:
    (tmp_path / "AGENTS.md").symlink_to("CLAUDE.md")
    (tmp_path / "CLAUDE.md").symlink_to("AGENTS.md")
    os.mkfifo(tmp_path / ".cursorrules")
    standards = read_project(tmp_path)
    assert standards.texts == ()
    assert sorted(problem.split(":")[0] for problem in standards.problems) == [".cursorrules", "AGENTS.md", "CLAUDE.md"]


def test_files_that_are_too_large_or_not_text_are_problems(tmp_path: Path) -> None:
    (tmp_path / ".editorconfig").write_bytes(b"#" * (MAX_BYTES + 1))
    (tmp_path / "CLAUDE.md").write_bytes(b"ab\xff")
    standards = read_project(tmp_path)
    assert standards.texts == ()
    assert standards.problems == (
        "CLAUDE.md: is not UTF-8 at byte 2; not read",
        ".editorconfig: is larger than 100,000 bytes; not read",
    )


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_text_that_is_too_long_keeps_its_first_part_and_its_items(tmp_path: Path, end: str) -> None:
    lines = ["# Big", "", "- `TEAM-001` First rule.", *["\u00e4 line"] * 20_000, "- `TEAM-002` Last rule.", "end"]
    (tmp_path / "AGENTS.md").write_bytes(end.join(lines).encode())
    standards = read_project(tmp_path)
    (text,) = standards.texts
    assert [item.id for item in text.items] == ["TEAM-001", "TEAM-002"]
    assert text.title == "Big"
    assert len(text.text.encode()) < MAX_BYTES + 100
    assert standards.problems == ("AGENTS.md: is larger than 100,000 bytes; only its first part and its items count",)


def test_of_very_many_texts_the_nearest_count(tmp_path: Path) -> None:
    files = {f".claude/rules/r{number:03}.md": f"Rule {number}" for number in range(MAX_TEXTS + 5)}
    standards = project(tmp_path, {**files, "deep/er/CLAUDE.md": "Near", "AGENTS.md": "Far"})
    assert standards.problems == ()
    texts = standards.texts_for(PYTHON, "deep/er/a.py")
    assert len(texts) == MAX_TEXTS
    assert "deep/er/CLAUDE.md" in {text.source for text in texts}
    assert "AGENTS.md" not in {text.source for text in texts}


@pytest.mark.parametrize(
    "text", ["".join("`" * count + " " for count in range(430)), "<!--" * 20_000, "` `` " * 15_000, "@a " * 30_000]
)
def test_hostile_code_spans_and_comments_cost_no_time(tmp_path: Path, text: str) -> None:
    started = time.process_time()
    project(tmp_path, {"CLAUDE.md": text})
    assert time.process_time() - started < FAST_S


def test_rules_of_claude_hold_for_the_paths_that_they_name(tmp_path: Path) -> None:
    standards = project(
        tmp_path,
        {
            ".claude/rules/all.md": "All.",
            ".claude/rules/api/api.md": "---\npaths:\n  - src/api/**/*.ts\n  - **/*.sql\n---\nApi.",
            ".claude/rules/one.md": "---\npaths: *.py\n---\nOne.",
            ".claude/notes/x.md": "No rule.",
            "web/.claude/rules/web.md": '---\npaths: ["src/**"]\n---\nWeb.',
        },
    )
    assert standards.problems == ()

    def said(path: str, name: str = "typescript") -> list[str]:
        return [text.text.strip() for text in standards.texts_for(find_language(name), path)]

    assert said("src/api/v1/a.ts") == ["All.", "Api."]
    assert said("a/b.sql", "sql") == ["All.", "Api."]
    assert said("a.py", "python") == ["All.", "One."]
    assert said("b/a.py", "python") == ["All."]
    assert said("web/src/a.ts") == ["All.", "Web."]


@pytest.mark.parametrize("claude", ["CLAUDE.md", "web/CLAUDE.md", ".claude/CLAUDE.md"])
def test_an_agents_file_that_is_imported_counts_once(tmp_path: Path, claude: str) -> None:
    up = "../" * claude.count("/")
    agents = "# Rules\n\n- `TEAM-001` Return values.\n"
    standards = project(tmp_path, {"AGENTS.md": agents, claude: f"@{up}AGENTS.md\n\nUse plan mode.\n"})
    assert [text.text.strip() for text in standards.texts] == [agents.strip(), "Use plan mode."]
    standards = project(tmp_path, {claude: f"@{up}AGENTS.md\n"})
    assert [text.source for text in standards.texts] == ["AGENTS.md"]
    assert standards.problems == ()


def test_an_agents_file_that_would_not_hold_here_is_filled_in(tmp_path: Path) -> None:
    standards = project(tmp_path, {"lib/AGENTS.md": "Lib.", "CLAUDE.md": "See @lib/AGENTS.md for more."})
    (text,) = (text for text in standards.texts if text.source == "CLAUDE.md")
    assert "Lib." in text.text


@pytest.mark.parametrize(
    "text",
    [
        "<!-- @old.md -->",
        "<!--\n\n@old.md\n\n-->",
        "a <!-- b\n@old.md --> c",
        "`@old.md`",
        "``a ` @old.md``",
        "```\n@old.md\n```",
        "````\n```\n@old.md\n````",
        "~~~\n```\n@old.md\n~~~",
        "text\n\n    @old.md\n\n    @old.md",
        "\t@old.md",
    ],
)
def test_what_stands_in_a_comment_or_in_code_is_no_import(tmp_path: Path, text: str) -> None:
    standards = project(tmp_path, {"CLAUDE.md": f"# A\n\n{text}\n", "old.md": "OLD WORDS"})
    assert "OLD WORDS" not in standards.texts[0].text
    assert text.strip() in standards.texts[0].text
    assert standards.problems == ()


@pytest.mark.parametrize(
    "text",
    [
        "<!-- a --> @old.md",
        "`<!--` @old.md",
        "<!--\n-->\n@old.md",
        "```\n```\n@old.md",
        "- a\n\n    @old.md",
        "x `y` @old.md",
    ],
)
def test_what_stands_beside_them_is_an_import(tmp_path: Path, text: str) -> None:
    standards = project(tmp_path, {"CLAUDE.md": f"# A\n\n{text}\n", "old.md": "OLD WORDS"})
    assert "OLD WORDS" in standards.texts[0].text


def test_only_so_many_files_are_read(tmp_path: Path) -> None:
    standards = project(tmp_path, {f"d{number:03}/AGENTS.md": f"Text {number}" for number in range(MAX_FILES + 5)})
    assert len(standards.texts) == MAX_FILES
    assert standards.problems == (f"d{MAX_FILES:03}/AGENTS.md and 4 more: only {MAX_FILES} files are read",)


def test_a_byte_order_mark_and_windows_line_ends_change_nothing(tmp_path: Path) -> None:
    rules = tmp_path / ".cursor" / "rules"
    rules.mkdir(parents=True)
    (rules / "a.mdc").write_bytes("\ufeff---\r\nglobs: *.py\r\n---\r\nText.\r\n".encode())
    (text,) = read_project(tmp_path).texts
    assert (text.globs, text.text) == (("**/*.py",), "Text.\n")


def test_the_fingerprint_follows_the_files_concerned_and_no_others(tmp_path: Path) -> None:
    standards = project(tmp_path, {"CLAUDE.md": "@docs/a.md", "docs/a.md": "one", "src/main.py": "pass"})
    assert standards.is_current()
    assert standards.fingerprint == fingerprint(tmp_path, standards.files)
    (tmp_path / "src/main.py").write_text("print()")
    assert standards.is_current()
    (tmp_path / "docs/a.md").write_text("one two")
    assert not standards.is_current()
    standards = read_project(tmp_path)
    (tmp_path / "src/AGENTS.md").write_text("new")
    assert not standards.is_current()
    standards = read_project(tmp_path)
    (tmp_path / "CLAUDE.md").unlink()
    assert not standards.is_current()


def test_dependencies_are_not_searched(tmp_path: Path) -> None:
    standards = project(tmp_path, {"node_modules/x/AGENTS.md": "x", ".venv/AGENTS.md": "x", "build/CLAUDE.md": "x"})
    assert standards.texts == ()


def test_a_project_that_is_no_folder_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "not a folder" in read_project(tmp_path / "missing").problems[0]
    assert "not a folder" in read_project(tmp_path / "file").problems[0]


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("*.py", "a.py", True),
        ("*.py", "a/b.py", False),
        ("**/*.py", "b.py", True),
        ("**/*.py", "a/b/c.py", True),
        ("**.py", "a/b.py", True),
        ("src/**", "src/a/b.ts", True),
        ("src/**/test_?.py", "src/test_1.py", True),
        ("*.{ts,tsx}", "a.tsx", True),
        ("{a,{b,c}}.go", "c.go", True),
        ("f{1..3}.sql", "f2.sql", True),
        ("f{1..3}.sql", "f4.sql", False),
        ("{single}.py", "{single}.py", True),
        ("[!a].css", "b.css", True),
        ("[!a].css", "a.css", False),
        ("[a.css", "[a.css", True),
        ("a\\*.py", "a*.py", True),
        ("a" * 600, "a" * 600, False),
    ],
)
def test_globs_match_as_editors_match_them(pattern: str, path: str, expected: bool) -> None:
    assert matches(pattern, path) is expected


def test_a_glob_is_about_a_language_when_it_ends_in_its_suffix() -> None:
    assert may_match_language("src/**/*.{ts,tsx}", TYPESCRIPT)
    assert may_match_language("**/*", GO)
    assert may_match_language("*.p*", PYTHON)
    assert not may_match_language("src/api/**", PYTHON)
    assert not may_match_language("Makefile", PYTHON)
    assert not may_match_language("*.ts", PYTHON)


def test_commas_in_braces_do_not_split_a_list() -> None:
    assert split_globs(' "*.{ts,tsx}" , *.js,,') == ("*.{ts,tsx}", "*.js")


def test_braces_that_explode_are_cut_off() -> None:
    assert len(expand("{a,b}" * 40)) <= 200


def test_a_hostile_glob_costs_no_time() -> None:
    assert not matches("*a" * 240 + "b", "a" * 4000)
    assert not matches("**/*a/" * 80 + "b", "/".join(["aaaa"] * 500))


@pytest.mark.skipif(sys.platform == "win32", reason="makes links, which Windows does not let everybody do")
def test_a_file_that_is_a_link_in_a_circle_is_named_as_that(tmp_path: Path) -> None:
    (tmp_path / "AGENTS.md").symlink_to("CLAUDE.md")
    (tmp_path / "CLAUDE.md").symlink_to("AGENTS.md")
    problems = read_project(tmp_path).problems
    assert problems
    assert all("it is a link that leads in a circle" in problem for problem in problems)
