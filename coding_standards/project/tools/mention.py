"""The files in which a team writes down what its checks are, and the marker that says a tool is named in one."""

from __future__ import annotations

BUILD_FILES = (".pre-commit-config.yaml", "Makefile", "package.json", "tox.ini", "noxfile.py", "justfile")


def list_mentions(pattern: str) -> tuple[str, ...]:
    """The markers for a tool that one of these files names."""
    return tuple(f"{name}~{pattern}" for name in BUILD_FILES)
