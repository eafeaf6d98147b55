"""What the documents say is what the code does."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from code_assistant.children.child import STDERR_LINES
from code_assistant.context7.client import _LONGEST_QUERY
from code_assistant.generation.assistant import HOW_TO_USE_A_MODEL
from code_assistant.orchestrator import Orchestrator
from code_assistant.request import GenerationRequest
from code_assistant.scaffold import scaffold
from code_assistant.server import build_server
from code_assistant.settings import NAMES, PREFIX, Settings, read_settings
from code_assistant.terminal.doctor import _LOCAL_SERVERS
from coding_standards.checks.checker import check, ruleset_for
from coding_standards.languages import LANGUAGES, find_language
from coding_standards.library.store import load_library
from groundwork.outcomes import MEANINGS

HERE = Path(__file__).resolve().parent.parent
README = (HERE / "README.md").read_text(encoding="utf-8")
PAGES = {path.stem: path.read_text(encoding="utf-8") for path in sorted((HERE / "docs").glob("*.md"))}
DOCUMENTS = "\n".join([README, *PAGES.values()])
CONFIG = json.loads((HERE / "mcp-config-example.json").read_text(encoding="utf-8"))


def rows(text: str, section: str) -> list[list[str]]:
    """The cells of the table under a heading."""
    text = text.split(f"{section}\n", 1)[1].split("\n#", 1)[0]
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines[2:]]


def test_the_settings_are_told_with_the_defaults_that_hold() -> None:
    told = {row[0].strip("`"): row[1] for row in rows(PAGES["settings"], "# Settings") if PREFIX in row[0]}
    assert tuple(name.removeprefix(PREFIX) for name in told) == NAMES
    settings = read_settings(dict.fromkeys(told, ""))
    held = {name: getattr(settings, name.removeprefix(PREFIX).lower(), None) for name in told}
    held[f"{PREFIX}CACHE_HOURS"] = settings.cache_fresh_s / 3_600
    for name, value in held.items():
        shown = {None: "none", True: "on", False: "off"}.get(value, f"{value:g}" if isinstance(value, float) else value)
        is_plain = " " not in told[name]  # the others tell what it depends on
        assert not is_plain or told[name] == str(shown), name


async def test_the_tools_are_those_of_the_server() -> None:
    tools = await build_server(Orchestrator(Settings())).list_tools()
    assert [tool.name for tool in tools] == re.findall(r"^## `(\w+)`", PAGES["tools"], re.MULTILINE)
    arguments = tools[0].input_schema["properties"]
    assert [row[0].strip("`") for row in rows(PAGES["tools"], "## `generate_code_with_context`")] == list(arguments)
    assert list(arguments) == list(GenerationRequest.model_fields)
    assert all(language.name in arguments["language"]["description"] for language in LANGUAGES)
    assert tools[0].output_schema is not None


@pytest.mark.parametrize("name", ["Python", *(name for each in LANGUAGES for name in (each.name, *each.aliases))])
async def test_a_host_that_checks_arguments_lets_every_name_of_a_language_pass(name: str) -> None:
    (tool, _) = await build_server(Orchestrator(Settings())).list_tools()
    Draft202012Validator(tool.input_schema).validate({"request": "x", "language": name})


def test_the_readme_names_every_language() -> None:
    assert all(language.title in README for language in LANGUAGES)


def test_the_ports_of_local_servers_are_those_of_the_doctor() -> None:
    shown = {
        (name, int(url.rsplit(":", 1)[1].split("/")[0]))
        for name, url, *_ in rows(README, "## Generate")
        if "localhost" in url
    }
    assert shown == {(name, port) for port, name in _LOCAL_SERVERS.items()}


def test_figures_in_the_readme_are_those_of_the_code() -> None:
    settings = Settings()
    assert settings.deadline_s == 50
    assert f"The first {_LONGEST_QUERY} characters of a request are sent to Context7" in DOCUMENTS
    assert STDERR_LINES == 50


@pytest.mark.parametrize("name", ["code-assistant", "coding-standards"])
def test_the_example_registers_both_servers(name: str) -> None:
    entry = CONFIG["mcpServers"][name]
    assert set(entry) == {"command", "args", "env"}
    script = HERE / Path(entry["args"][0]).name
    assert script.exists()
    assert Path(entry["command"]).is_absolute()
    read_settings(entry["env"])


def test_the_commands_of_the_readme_name_files_that_exist() -> None:
    commands = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    assert len(commands) == 4
    named = {word for command in commands for word in shlex.split(command) if word.endswith((".py", ".txt"))}
    assert named == {"requirements.txt", "code-assistant-server.py", "standards-server.py", "test_code_assistant.py"}
    assert all((HERE / name).exists() for name in named)


def test_the_example_of_a_teams_standards_works_as_it_stands(tmp_path: Path) -> None:
    section = PAGES["standards"].split("## Your team's standards\n", 1)[1].split("\n## ", 1)[0]
    blocks = dict(re.findall(r"`([\w/]+\.\w+)`[^`]*:\n\n```\w+\n(.*?)```", section, re.DOTALL))
    assert set(blocks) == {"topics/waiting.md", "rules/python.yml", "standards.yml"}
    for name, text in blocks.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    library, python = load_library(tmp_path), find_language("python")
    report = check('"""A."""\n\nimport time\n\ntime.sleep(1)\n', python, ruleset_for(library, python))
    assert report.problems == report.notes == library.problems == ()
    assert [(found.rule, found.line) for found in report.findings] == [("python-no-sleep", 5)]
    outcomes = {item.id: item.outcome for item in report.rules}
    assert outcomes["TEAM-001"] == "fail"
    assert "PY-003" not in outcomes
    assert library.line_length(python) == 100


def test_the_transcript_counts_every_item_of_its_language() -> None:
    shown = re.search(
        r"^Checked: 0 fail, (\d+) proved, (\d+) searched without .*, (\d+) need a person\.$", README, re.MULTILINE
    )
    assert shown is not None
    assert sum(map(int, re.findall(r"\d+", shown[0]))) == len(load_library().items_of(find_language("python")))


def test_links_lead_somewhere() -> None:
    named = ("README.md", "IMPLEMENTATION_SUMMARY.md", "CONTRIBUTING.md", "CHANGELOG.md")
    for path in [*(HERE / name for name in named), *(HERE / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_the_readme_is_read_in_a_sitting_and_says_first_what_it_is_for() -> None:
    assert len(README.splitlines()) < 200
    headings = re.findall(r"^## (.*)", README, re.MULTILINE)
    assert headings.index("Judge what any agent wrote") < headings.index("Generate") < headings.index("Register")


def test_every_outcome_is_explained_in_the_words_of_the_code() -> None:
    assert {row[0].strip("`") for row in rows(README, "## What a verdict says")} == set(MEANINGS)


def test_the_transcript_is_what_the_first_command_prints() -> None:
    """Every line of the shown code is a line of the scaffold for the same request."""
    made = scaffold(
        "Create a REST API endpoint for user authentication",
        "python",
        ["fastapi", "pydantic"],
        include_tests=True,
        include_docs=True,
    )
    shown = README.split("````text\n", 1)[1].split("\n````", 1)[0]
    code = shown.split("```python\n", 1)[1].split("\n...", 1)[0]
    assert made[0].content.startswith(code)
    assert made[0].path in shown
    assert made[1].path in shown
    assert shown.startswith("**Scaffold: no model was used.** " + HOW_TO_USE_A_MODEL)
