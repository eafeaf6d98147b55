"""The hosts that call hooks, a row each: where they are written, in which form, and how a host wants its answer.

Sources as in `event.py`. `docs/gate.md` tells people the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Answer = Mapping[str, Any]
TIMEOUT_S = 60


@dataclass(frozen=True)
class HookHost:
    """One host."""

    name: str
    title: str
    project_file: str
    user_file: str
    events: Mapping[str, Callable[[str], Mapping[str, Any]]]
    """By event: the entry of the list, from the command."""
    block_edit: Callable[[str, str], Answer]
    """The answer to an edit that has to be mended, from the name of the event and the text."""
    hint: Callable[[str, str], Answer]
    """The answer to an edit that is only told something."""
    block_stop: Callable[[str, str], Answer]
    silence: str = ""
    """What is written where there is nothing to say."""
    head: Mapping[str, Any] = field(default_factory=dict)
    """What a new file begins with."""
    then: str = ""


def _claude(matcher: str | None) -> Callable[[str], Mapping[str, Any]]:
    named = {"matcher": matcher} if matcher else {}
    return lambda command: {**named, "hooks": [{"type": "command", "command": command, "timeout": TIMEOUT_S}]}


def _gemini(matcher: str | None) -> Callable[[str], Mapping[str, Any]]:
    named = {"matcher": matcher} if matcher else {}
    return lambda command: {
        **named,
        "hooks": [
            {"name": "coding-standards", "type": "command", "command": command, "timeout": TIMEOUT_S * 1_000},
        ],
    }


def _cursor(further: Mapping[str, Any]) -> Callable[[str], Mapping[str, Any]]:
    return lambda command: {"command": command, "timeout": TIMEOUT_S, **further}


def _plain(command: str) -> Mapping[str, Any]:
    return {"type": "command", "command": command, "timeout": TIMEOUT_S}


def _decide(event: str, text: str) -> Answer:
    return {"decision": "block", "reason": text}


def _deny(event: str, text: str) -> Answer:
    return {"decision": "deny", "reason": text}


def _add(event: str, text: str) -> Answer:
    return {"hookSpecificOutput": {"hookEventName": event, "additionalContext": text}}


def _block_vscode_stop(event: str, text: str) -> Answer:
    return {"hookSpecificOutput": {"hookEventName": event, "decision": "block", "reason": text}}


def _add_in_cursor(event: str, text: str) -> Answer:
    return {"additional_context": text}


def _follow_up(event: str, text: str) -> Answer:
    return {"followup_message": text}


HOSTS: tuple[HookHost, ...] = (
    HookHost(
        "claude-code",
        "Claude Code",
        ".claude/settings.json",
        "~/.claude/settings.json",
        {"PostToolUse": _claude("Edit|MultiEdit|Write|NotebookEdit"), "Stop": _claude(None)},
        _decide,
        _add,
        _decide,
        then="`/hooks` shows them; a session that runs reads them anew",
    ),
    HookHost(
        "codex",
        "Codex",
        ".codex/hooks.json",
        "~/.codex/hooks.json",
        {"PostToolUse": _claude("apply_patch|Edit|Write"), "Stop": _claude(None)},
        _decide,
        _add,
        _decide,
        then="start it anew and trust the hooks under `/hooks`",
    ),
    HookHost(
        "cursor",
        "Cursor",
        ".cursor/hooks.json",
        "~/.cursor/hooks.json",
        {"postToolUse": _cursor({"matcher": "Write"}), "stop": _cursor({"loop_limit": 1})},
        _add_in_cursor,
        _add_in_cursor,
        _follow_up,
        silence="{}",
        head={"version": 1},
        then="Settings, Hooks shows them",
    ),
    HookHost(
        "vscode",
        "VS Code",
        ".github/hooks/coding-standards.json",
        "~/.copilot/hooks/coding-standards.json",
        {"PostToolUse": _plain, "Stop": _plain},
        _decide,
        _add,
        _block_vscode_stop,
        then="the output channel `GitHub Copilot Chat Hooks` shows them at work",
    ),
    HookHost(
        "gemini",
        "Gemini CLI",
        ".gemini/settings.json",
        "~/.gemini/settings.json",
        {"AfterTool": _gemini("write_file|replace"), "AfterAgent": _gemini(None)},
        _add,  # "deny" would hide from the model what its tool answered
        _add,
        _deny,
        silence="{}",
        then="start it anew in a trusted folder; `/hooks` shows them",
    ),
)


def find_host(name: str) -> HookHost | None:
    """The host of that name; None where it calls no hooks of ours."""
    return next((host for host in HOSTS if host.name == name), None)
