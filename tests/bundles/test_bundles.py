"""Bundles as the real packer takes them, entries as the registry's schema wants them, links as hosts read them."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from groundwork.version import __version__
from tests.support import external
from tests.support.protocol_clients import PACKER, need_client
from tests.support.raw_server import RawServer, clean_environment

ROOT = Path(__file__).parents[2]
NAMES = ("code-assistant", "coding-standards")
REPOSITORY = "https://github.com/somebody/repository"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything that the script makes, packed by the real packer."""
    package = need_client(PACKER)
    out = tmp_path_factory.mktemp("bundles")
    packer = f"{external.need_node()} {package / 'dist' / 'cli' / 'cli.js'}"
    told = ["--namespace", "io.github.somebody", "--repository", REPOSITORY]
    script = ROOT / "bundles" / "make.py"
    command = [sys.executable, str(script), "--out", str(out), "--pack", "--packer", packer, *told]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return out


def read(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))


@pytest.mark.node
@pytest.mark.parametrize("name", NAMES)
async def test_a_bundle_holds_a_server_that_runs_and_has_the_tools_it_names(
    name: str, made: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(made / f"{name}-{__version__}.mcpb") as bundle:
        bundle.extractall(tmp_path)
    manifest = read(tmp_path / "manifest.json")
    run, script = manifest["server"]["mcp_config"]["args"][:2], manifest["server"]["mcp_config"]["args"][2]
    assert (manifest["server"]["mcp_config"]["command"], run) == ("uv", ["run", "--script"])
    program = script.replace("${__dirname}", str(tmp_path))
    async with RawServer([sys.executable, program], env=clean_environment()) as server:
        await server.initialize()
        listed = (await server.request("tools/list"))["result"]["tools"]
    assert [tool["name"] for tool in listed] == [tool["name"] for tool in manifest["tools"]]
    assert {f"${{user_config.{key}}}" for key in manifest["user_config"]} == set(
        manifest["server"]["mcp_config"]["env"].values()
    )


@pytest.mark.node
@pytest.mark.parametrize("name", NAMES)
def test_an_entry_for_the_registry_names_the_bundle_and_its_hash(name: str, made: Path) -> None:
    entry = read(made / f"{name}.server.json")
    # What the schema of 2025-12-11 asks of these fields; both entries were held against the whole of it by hand.
    assert set(entry) == {"$schema", "name", "title", "description", "version", "repository", "packages"}
    assert re.fullmatch(r"[a-zA-Z0-9.-]+/[a-zA-Z0-9._-]+", entry["name"])
    assert re.fullmatch(r"\d+\.\d+\.\d+", entry["version"])  # no range, and not `latest`
    assert entry["repository"] == {"url": REPOSITORY, "source": "github"}
    assert len(entry["description"]) <= 100
    assert len(entry["title"]) <= 100
    (package,) = entry["packages"]
    bundle = made / f"{name}-{__version__}.mcpb"
    assert package["identifier"] == f"{REPOSITORY}/releases/download/v{__version__}/{bundle.name}"
    assert package["fileSha256"] == hashlib.sha256(bundle.read_bytes()).hexdigest()
    assert package["transport"] == {"type": "stdio"}
    assert {variable["format"] for variable in package["environmentVariables"]} <= {"string", "filepath"}
    secret = [variable["name"] for variable in package["environmentVariables"] if variable["isSecret"]]
    assert secret == (["OPENAI_API_KEY"] if name == "code-assistant" else [])


@pytest.mark.node
@pytest.mark.parametrize("name", NAMES)
def test_the_links_carry_the_command(name: str, made: Path) -> None:
    links = read(made / "deeplinks.json")[name]
    query = parse_qs(urlsplit(links["cursor"]).query)
    assert query["name"] == [name]
    command = json.loads(base64.b64decode(query["config"][0]))
    assert command == {"command": "uvx", "args": ["--from", f"git+{REPOSITORY}@v{__version__}", name]}
    assert json.loads(unquote(urlsplit(links["vscode"]).query)) == {"name": name, **command}


def test_an_entry_without_a_bundle_is_refused(tmp_path: Path) -> None:
    script = ROOT / "bundles" / "make.py"
    command = [sys.executable, str(script), "--out", str(tmp_path), "--namespace", "io.github.x"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "--namespace needs --repository and --pack" in done.stderr
