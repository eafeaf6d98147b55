"""What `docs/gate.md` says is so: each option, each exit code, each snippet."""

from __future__ import annotations

import json
import re
from pathlib import Path

import yaml

from coding_standards.gate.arguments import make_parser
from coding_standards.gate.hooks.host import read_hosts

PAGE = (Path(__file__).parents[3] / "docs" / "gate.md").read_text(encoding="utf-8")


def snippets(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_every_line_of_the_page_is_one_that_the_program_takes() -> None:
    lines = [line.partition("  #")[0].split()[2:] for text in snippets("sh") for line in text.splitlines()]
    assert len(lines) == 10
    for words in lines:
        make_parser().parse_args(words)


def test_every_option_of_a_check_is_on_the_page() -> None:
    options = {option for action in make_parser()._actions for option in action.option_strings if option[1] == "-"}
    left_out = {"--help", "--version", "--quiet", "--standards-dir"}
    assert {option for option in options - left_out if option not in PAGE} <= {"--hook"}


def test_every_host_is_on_the_page_as_it_is_in_the_table() -> None:
    rows = re.findall(r"^\| ([^|]+) \| `([^|]+)` \| `([^|]+)` \| (`[^|]+`) \|", PAGE, re.MULTILINE)
    told = {(title.removesuffix(" (preview)"), project, user): events for title, project, user, events in rows}
    assert told == {
        (host.title, host.project_file, host.user_file): ", ".join(f"`{event}`" for event in host.events)
        for host in read_hosts()
    }


def test_every_snippet_can_be_read() -> None:
    for text in snippets("json"):
        assert "hooks" in json.loads(text)
    assert len([yaml.safe_load(text) for text in snippets("yaml")]) == 2
