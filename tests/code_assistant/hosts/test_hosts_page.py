"""`docs/hosts.md` tells the same as the table: a section a host, and its snippet under the right key."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

from code_assistant.hosts.registration import ASSISTANT
from code_assistant.hosts.table import HOSTS, Host

PAGE = (Path(__file__).parents[3] / "docs" / "hosts.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE))


def test_there_is_a_section_for_each_host_and_one_for_those_without_a_clone() -> None:
    assert list(SECTIONS) == [*(host.title for host in HOSTS), "Bundles"]


@pytest.mark.parametrize("host", HOSTS, ids=lambda host: host.name)
def test_a_hosts_section_has_a_snippet_that_its_file_could_hold(host: Host) -> None:
    section = SECTIONS[host.title]
    (snippet,) = re.findall(rf"```{host.form}\n(.*?)```", section, re.DOTALL)
    document = tomllib.loads(snippet) if host.form == "toml" else json.loads(snippet)
    entry = document[host.servers][ASSISTANT]
    assert Path(entry["command"]).is_absolute()
    assert entry["args"][0].endswith("/code-assistant-server.py")
    assert host.entry.items() <= entry.items()
    assert host.project_file is None or f"`{host.project_file}`" in section
    if host.reference is not None and host.name != "vscode":  # there an input is better
        assert entry["env"]["OPENAI_API_KEY"] == host.reference.format(name="OPENAI_API_KEY")
