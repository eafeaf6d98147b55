"""The hosts, a row each: the table is the list of features. `docs/hosts.md` tells people the same.

Sources, as of November 2026: https://modelcontextprotocol.io/docs/develop/connect-local-servers,
https://code.claude.com/docs/en/mcp, https://cursor.com/docs/context/mcp, https://code.visualstudio.com/docs/copilot/reference/mcp-configuration,
https://developers.openai.com/codex/mcp, https://geminicli.com/docs/tools/mcp-server, https://zed.dev/docs/ai/mcp,
https://docs.windsurf.com/windsurf/cascade/mcp, https://docs.cline.bot/mcp/configuring-mcp-servers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Platform = Literal["linux", "darwin", "win32"]
Scope = Literal["user", "project"]
SCOPES: tuple[Scope, ...] = ("user", "project")


@dataclass(frozen=True)
class Host:
    """One host, and how it wants to be told of a server."""

    name: str
    """As on the command line."""
    title: str
    user_files: Mapping[Platform, str]
    """Its file for all projects of a user; `~` and `%APPDATA%` stand for what they always do."""
    servers: str
    """The table of its file that holds servers by name."""
    project_file: str | None = None
    """Its file in a project, where it has one."""
    form: Literal["json", "toml"] = "json"
    """JSON may hold comments and last commas in every host's file."""
    entry: Mapping[str, object] = field(default_factory=dict)
    """What each entry has beside command, arguments and environment."""
    reference: str | None = None
    """How a value of `env` names a variable of the host's own environment, so that a secret stays out of the file."""
    then: str = "restart it"
    """What is left for a person to do."""


def _everywhere(path: str) -> dict[Platform, str]:
    return {"linux": path, "darwin": path, "win32": path}


def _in_application_data(folder: str, file: str, linux: str | None = None) -> Mapping[Platform, str]:
    return {
        "linux": f"~/.config/{linux or folder}/{file}",
        "darwin": f"~/Library/Application Support/{folder}/{file}",
        "win32": f"%APPDATA%/{folder}/{file}",
    }


HOSTS: tuple[Host, ...] = (
    Host(
        "claude-desktop",
        "Claude Desktop",
        _in_application_data("Claude", "claude_desktop_config.json"),
        "mcpServers",
    ),
    Host(
        "claude-code",
        "Claude Code",
        _everywhere("~/.claude.json"),
        "mcpServers",
        project_file=".mcp.json",
        entry={"type": "stdio"},
        reference="${{{name}:-}}",
        then="start it in the project and approve the servers; `/mcp` shows them",
    ),
    Host(
        "cursor",
        "Cursor",
        _everywhere("~/.cursor/mcp.json"),
        "mcpServers",
        project_file=".cursor/mcp.json",
        entry={"type": "stdio"},
        reference="${{env:{name}}}",
        then="switch the servers on under Settings, Tools & MCP",
    ),
    Host(
        "vscode",
        "VS Code",
        _in_application_data("Code/User", "mcp.json"),
        "servers",
        project_file=".vscode/mcp.json",
        entry={"type": "stdio"},
        reference="${{env:{name}}}",
        then="start the servers by the command `MCP: List Servers` and trust them",
    ),
    Host(
        "codex",
        "Codex",
        _everywhere("~/.codex/config.toml"),
        "mcp_servers",
        project_file=".codex/config.toml",
        form="toml",
        # Its own limits are 10 s for the start and 60 s for a call (see docs/hosts.md).
        entry={"startup_timeout_sec": 30, "tool_timeout_sec": 120},
        then="start it anew; `/mcp` shows the servers; a project's file counts once the project is trusted",
    ),
    Host(
        "gemini",
        "Gemini CLI",
        _everywhere("~/.gemini/settings.json"),
        "mcpServers",
        project_file=".gemini/settings.json",
        entry={"timeout": 120_000},
        reference="${name}",
        then="start it in a trusted folder; `/mcp` shows the servers",
    ),
    Host(
        "zed",
        "Zed",
        _everywhere("~/.config/zed/settings.json") | {"win32": "%APPDATA%/Zed/settings.json"},
        "context_servers",
        project_file=".zed/settings.json",
        then="it starts the servers as soon as the file is saved",
    ),
    Host(
        "windsurf",
        "Windsurf",
        _everywhere("~/.codeium/windsurf/mcp_config.json"),
        "mcpServers",
        reference="${{env:{name}}}",
        then="refresh the servers in Cascade",
    ),
    Host(
        "cline",
        "Cline",
        _in_application_data("Code/User/globalStorage/saoudrizwan.claude-dev/settings", "cline_mcp_settings.json"),
        "mcpServers",
        then="it reads the file by itself",
    ),
)
NAMES = tuple(host.name for host in HOSTS)


def find_host(name: str) -> Host:
    """The host of a name from `NAMES`."""
    return next(host for host in HOSTS if host.name == name)


def find_file(host: Host, scope: Scope, platform: Platform, environ: Mapping[str, str], here: Path) -> Path | None:
    """The file of a host; None where it has none of that scope."""
    if scope == "project":
        return here / host.project_file if host.project_file else None
    if host.name == "codex" and environ.get("CODEX_HOME"):
        return Path(environ["CODEX_HOME"]) / "config.toml"
    home = environ.get("USERPROFILE" if platform == "win32" else "HOME") or str(Path.home())
    application_data = environ.get("APPDATA") or f"{home}/AppData/Roaming"
    return Path(host.user_files[platform].replace("~", home, 1).replace("%APPDATA%", application_data))
