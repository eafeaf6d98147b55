"""Generated code held against what is known of its libraries, before it is handed out.

The rule: a finding says what is surely wrong, or a warning what nobody asked for; what cannot be decided is not judged,
and running out of time is no finding either.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from code_assistant.installed_environment import Environment
from code_assistant.installed_modules import Deadline, DeadlineError, packages_of
from code_assistant.installed_resolve import Resolver
from code_assistant.libraries import parse_library
from code_assistant.reality_known import words_of
from code_assistant.reality_node import judge_node
from code_assistant.reality_python import Known, PythonReality
from code_assistant.result import Finding, GeneratedFile

TIMEOUT_S = 6.0
"""For all files of an answer; large packages take 1 to 2 s the first time and some ms afterwards."""
_MAX_CODE_CHARS = 200_000


def check_reality(
    files: Sequence[GeneratedFile], libraries: Sequence[str], environment: Environment, *, about: str = ""
) -> tuple[Finding, ...]:
    """Hold files against the installed packages; `about` is the request's text, which may name packages too.

    Blocking: call it in a thread. Never raises for what it meets; ends within TIMEOUT_S, with what it has found.
    """
    asked = tuple(parse_library(library) for library in libraries)
    named = words_of(about)
    python = [file for file in files if file.language == "python" and len(file.content) <= _MAX_CODE_CHARS]
    node = [file for file in files if file.language in ("javascript", "typescript")]
    found = list(judge_node(node, asked, named, environment)) if node else []
    resolver = Resolver(packages_of(environment), Deadline.after(TIMEOUT_S))
    reality = PythonReality(resolver, Known(asked, _local(files, environment), named))
    with suppress(DeadlineError):  # then the rest stays unjudged
        for file in python:
            found.extend(reality.judge(file))
    return tuple(found)


def _local(files: Sequence[GeneratedFile], environment: Environment) -> frozenset[str]:
    """Module names that the answer or the project itself may provide: every folder and file counts as one."""
    names: set[str] = set()
    for file in files:
        parts = file.path.replace("\\", "/").split("/")
        names |= {part.partition(".")[0] for part in parts}
    root = environment.project_dir
    for folder in (root, root / "src", root / "tests") if root else ():
        with suppress(OSError):
            names |= {entry.name.partition(".")[0] for entry in folder.iterdir()}
    return frozenset(names - {"", "."})
