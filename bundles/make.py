"""What installs both servers without a clone: `.mcpb` bundles, entries for the MCP registry, and deeplinks.

    python bundles/make.py --out dist                                      # the folders that are packed, and the links
    python bundles/make.py --out dist --pack                               # ... packed by npm's @anthropic-ai/mcpb
    python bundles/make.py --out dist --pack --namespace io.github.NAME --repository https://github.com/NAME/REPO

The namespace and the repository are the publisher's: the registry checks that they are yours, so none is built in.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from groundwork.version import __version__  # noqa: E402

PACKER = "@anthropic-ai/mcpb@2.1.2"
SCHEMA = "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json"
_PACK_S = 300.0


@dataclass(frozen=True)
class Setting:
    """A variable that a host asks its user for."""

    name: str
    title: str
    description: str
    kind: str = "string"
    is_secret: bool = False


@dataclass(frozen=True)
class Server:
    """One of our two programs."""

    name: str
    title: str
    script: str
    packages: tuple[str, ...]
    description: str
    """At most 100 characters, as the registry takes them."""
    tools: tuple[tuple[str, str], ...]
    settings: tuple[Setting, ...]


_PROJECT = Setting("PROJECT_DIR", "Project folder", "The project whose versions, tools and rules count", "directory")
_STANDARDS = Setting("STANDARDS_DIR", "Team's standards", "A folder with standards of your own", "directory")
SERVERS = (
    Server(
        "code-assistant",
        "Code assistant",
        "code-assistant-server.py",
        ("code_assistant", "coding_standards", "groundwork"),
        "Writes code by your team's standards and the libraries' current documentation, and checks it.",
        (
            ("generate_code_with_context", "Write code that follows the team's standards"),
            ("get_server_status", "Tell how the code assistant and its internal servers are"),
        ),
        (
            Setting("OPENAI_API_KEY", "OpenAI API key", "Without a model the answers are scaffolds", is_secret=True),
            Setting("OPENAI_BASE_URL", "Model server", "Of a local one, such as http://localhost:11434/v1"),
            Setting("CODE_ASSISTANT_MODEL", "Model", "Its name, as the model server has it"),
            _PROJECT,
            _STANDARDS,
        ),
    ),
    Server(
        "coding-standards",
        "Coding standards",
        "standards-server.py",
        ("coding_standards", "groundwork"),
        "The team's coding standards, and a judge that checks code against them rule by rule.",
        (
            ("get_standards", "Read the standards for a language or a topic"),
            ("search_standards", "Find the items about something"),
            ("check_code", "Judge code against the standards"),
        ),
        (_PROJECT, _STANDARDS),
    ),
)


def make_manifest(server: Server) -> dict[str, Any]:
    """The manifest of a bundle: uv makes the environment from the header of the script."""
    config = {
        setting.name.lower(): {
            "type": setting.kind,
            "title": setting.title,
            "description": setting.description,
            "required": False,
            "default": "",
            **({"sensitive": True} if setting.is_secret else {}),
        }
        for setting in server.settings
    }
    return {
        "manifest_version": "0.3",
        "name": server.name,
        "display_name": server.title,
        "version": __version__,
        "description": server.description,
        "author": {"name": "The authors of code-assistant"},
        "license": "MIT",
        "server": {
            "type": "python",
            "entry_point": server.script,
            "mcp_config": {
                "command": "uv",
                "args": ["run", "--script", f"${{__dirname}}/{server.script}"],
                "env": {setting.name: f"${{user_config.{setting.name.lower()}}}" for setting in server.settings},
            },
        },
        "tools": [{"name": name, "description": description} for name, description in server.tools],
        "user_config": config,
        "compatibility": {"platforms": ["darwin", "linux", "win32"], "runtimes": {"python": ">=3.11"}},
    }


def stage(server: Server, folder: Path) -> Path:
    """Write the folder that is packed. Returns it."""
    place = folder / server.name
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    for package in server.packages:
        shutil.copytree(ROOT / package, place / package, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
    for name in (server.script, "LICENSE", "README.md", "requirements.txt"):
        shutil.copy2(ROOT / name, place / name)
    _write(place / "manifest.json", make_manifest(server))
    return place


def pack(place: Path, packer: list[str]) -> Path:
    """Let the packer check the manifest and write the bundle. Returns its file."""
    bundle = place.with_name(f"{place.name}-{__version__}.mcpb")
    subprocess.run([*packer, "validate", place / "manifest.json"], timeout=_PACK_S, check=True)
    subprocess.run([*packer, "pack", place, bundle], timeout=_PACK_S, check=True)
    return bundle


def make_registry_entry(server: Server, namespace: str, repository: str, bundle: Path) -> dict[str, Any]:
    """The `server.json` of one server: its bundle, as a release of the repository holds it."""
    variables = [
        {
            "name": setting.name,
            "description": f"{setting.title}: {setting.description}",
            "format": "filepath" if setting.kind == "directory" else "string",
            "isRequired": False,
            "isSecret": setting.is_secret,
        }
        for setting in server.settings
    ]
    package = {
        "registryType": "mcpb",
        "identifier": f"{repository}/releases/download/v{__version__}/{bundle.name}",
        "version": __version__,
        "fileSha256": hashlib.sha256(bundle.read_bytes()).hexdigest(),
        "transport": {"type": "stdio"},
        "environmentVariables": variables,
    }
    return {
        "$schema": SCHEMA,
        "name": f"{namespace}/{server.name}",
        "title": server.title,
        "description": server.description,
        "version": __version__,
        "repository": {"url": repository, "source": "gitlab" if "gitlab" in repository else "github"},
        "packages": [package],
    }


def make_deeplinks(server: Server, source: str) -> dict[str, str]:
    """The links by which Cursor and VS Code take a server over; `source` is what uvx takes it from."""
    command: dict[str, Any] = {"command": "uvx", "args": ["--from", source, server.name]}
    query = urlencode({"name": server.name, "config": base64.b64encode(json.dumps(command).encode()).decode()})
    return {
        "cursor": f"cursor://anysphere.cursor-deeplink/mcp/install?{query}",
        "vscode": f"vscode:mcp/install?{quote(json.dumps({'name': server.name, **command}), safe='')}",
    }


def main() -> int:
    """Make what the arguments ask for. Returns the exit code."""
    options = _parser().parse_args()
    if options.namespace and not (options.repository and options.pack):
        print(
            "bundles: --namespace needs --repository and --pack: an entry names a bundle by its hash", file=sys.stderr
        )
        return 2
    source = f"git+{options.repository}@v{__version__}" if options.repository else str(ROOT)
    links = {}
    for server in SERVERS:
        place = stage(server, options.out)
        links[server.name] = make_deeplinks(server, source)
        if options.pack:
            bundle = pack(place, options.packer.split())
            if options.namespace:
                entry = make_registry_entry(server, options.namespace, options.repository.rstrip("/"), bundle)
                _write(options.out / f"{server.name}.server.json", entry)
    _write(options.out / "deeplinks.json", links)
    return 0


def _write(file: Path, data: object) -> None:
    file.write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Make bundles, registry entries and deeplinks of both servers.")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where they go")
    parser.add_argument("--pack", action="store_true", help="pack .mcpb files, by npm's packer")
    parser.add_argument("--packer", default=f"npx --yes {PACKER}", metavar="COMMAND", help="default: %(default)s")
    parser.add_argument("--namespace", help="yours in the MCP registry, such as io.github.NAME")
    parser.add_argument("--repository", metavar="URL", help="where the releases are")
    return parser


if __name__ == "__main__":
    sys.exit(main())
