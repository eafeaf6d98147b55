"""The gate before a commit: git's own hook, and pre-commit's configuration.

Its one rule: what others have written into these files stays, and runs as it did.
"""

from __future__ import annotations

import json
import re

from coding_standards.languages import LANGUAGES
from groundwork.reading.yaml_text import YamlError, load_yaml

ID = "coding-standards"
FILES = rf"\.({'|'.join(suffix.removeprefix('.') for language in LANGUAGES for suffix in language.suffixes)})$"
"""As `.pre-commit-hooks.yaml` has it."""

_BEGIN, _END = "# coding-standards: begin", "# coding-standards: end"
_BLOCK = re.compile(rf"^{_BEGIN}\n.*?^{_END}\n", re.MULTILINE | re.DOTALL)
_SHELL = re.compile(r"#!.*\b(?:ba|da|z|k)?sh\b")


def add_to_git_hook(command: str, text: str, *, is_removing: bool) -> str:
    """The text of `pre-commit` in git's folder of hooks, with our part at its beginning.

    Raises:
        ValueError: it is no script for a shell.
    """
    rest = _BLOCK.sub("", text)
    if is_removing:
        return rest
    if rest.strip() and not _SHELL.match(rest):
        raise ValueError(f"it is no shell script; have it run `{command}`")
    first, _, more = (rest or "#!/bin/sh\n").partition("\n")
    # Only breaches hold up a commit; that something could not be checked is said, and is no fault of the commit.
    block = f"{_BEGIN}\n{command}\nif [ $? -eq 1 ]; then exit 1; fi\n{_END}\n"
    return f"{first}\n{block}{more}"


def add_to_pre_commit(command: str, text: str, *, is_removing: bool) -> str:
    """The text of `.pre-commit-config.yaml` with our hook as a local one.

    Raises:
        ValueError: it is not understood.
    """
    rest = _OURS.sub("", text)
    if is_removing:
        return rest
    repos = _repos(rest)
    if any(ID in (hook.get("id") for hook in repo.get("hooks", []) if isinstance(hook, dict)) for repo in repos):
        return text  # in another form than ours, by somebody who knows why
    lines = rest.splitlines(keepends=True)
    if rest and not rest.endswith("\n"):
        lines[-1] += "\n"
    at, indent = _place(lines)
    if at is None:
        lines, at = [*lines, "repos:\n"], len(lines) + 1
    added = [indent + line for line in _entry(command)]
    after = "".join([*lines[:at], *added, *lines[at:]])
    if len(_repos(after)) != len(repos) + 1:
        raise ValueError("its list `repos` is written in a form that is not known; add the hook yourself")
    return after


def _entry(command: str) -> list[str]:
    return [
        f"- repo: local  {_BEGIN}\n",
        "  hooks:\n",
        f"    - id: {ID}\n",
        "      name: coding standards\n",
        f"      entry: {json.dumps(command)}\n",
        "      language: system\n",
        f"      files: {json.dumps(FILES)}\n",
        f"      require_serial: true  {_END}\n",
    ]


_OURS = re.compile(rf"^[ \t]*- repo: local  {_BEGIN}\n.*?{_END}\n", re.MULTILINE | re.DOTALL)


def _repos(text: str) -> list[dict[str, list[object]]]:
    try:
        document = load_yaml(text)
    except YamlError as error:
        raise ValueError(str(error)) from error
    repos = document.get("repos") or [] if isinstance(document, dict) else []
    if not isinstance(document, dict | None) or not isinstance(repos, list):
        raise ValueError("it holds something else than a mapping with `repos`")
    return [repo for repo in repos if isinstance(repo, dict)]


def _place(lines: list[str]) -> tuple[int | None, str]:
    """Behind which line the list `repos` ends, and how far its entries are set in."""
    start = next((at for at, line in enumerate(lines) if re.match(r"repos\s*:\s*(?:#.*)?$", line)), None)
    if start is None:
        return None, ""
    end = next((at for at in range(start + 1, len(lines)) if re.match(r"[^\s#-]", lines[at])), len(lines))
    while end > start + 1 and not lines[end - 1].strip():
        end -= 1
    dash = next((found for line in lines[start + 1 : end] if (found := re.match(r"([ \t]*)- ", line))), None)
    return end, dash[1] if dash else ""
