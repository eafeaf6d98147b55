"""Generated code held against what is known of its libraries, before it is handed out.

The rule: a finding says what is surely wrong, or a warning what nobody asked for; what cannot be decided is not judged,
and a file whose judgement breaks off, by a fault or for want of time, is named and costs no other file its own.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence

from code_assistant.project.libraries import parse_library
from code_assistant.project.packages.environment import Environment
from code_assistant.project.packages.modules import Deadline, DeadlineError
from code_assistant.project.reality.known import request_words
from code_assistant.project.reality.local import LocalModules
from code_assistant.project.reality.node import NodeReality
from code_assistant.project.reality.python import PythonReality
from code_assistant.project.reality.report import RealityReport, not_judged
from code_assistant.project.reality.sources.go import GoReality
from code_assistant.project.reality.sources.java import JavaReality
from code_assistant.project.reality.sources.rust import RustReality
from code_assistant.project.reality.sources.surroundings import ImportReality, Surroundings, describe_unread
from code_assistant.project.reality.ty import TyError
from code_assistant.result import AnswerFinding, GeneratedFile

logger = logging.getLogger(__name__)

TIMEOUT_S = 6.0
"""For all files of an answer; large packages take 1 to 2 s the first time and some ms afterwards."""
_MAX_CODE_CHARS = 200_000
_MAX_PARSED_CHARS = 50_000
"""Of what tree-sitter parses without a look at the clock: longer code is generated or made to be slow."""
_IMPORTS: Mapping[str, Callable[[Surroundings], ImportReality]] = {
    "go": GoReality,
    "rust": RustReality,
    "java": JavaReality,
}
"""Languages of which imports are held against the sources on this machine."""


def check_reality(
    files: Sequence[GeneratedFile],
    libraries: Sequence[str],
    environment: Environment,
    *,
    about: str = "",
    judged: Sequence[GeneratedFile] | None = None,
) -> RealityReport:
    """Hold files, or those of them that are to be `judged`, against the installed packages.

    `about` is the request's text, which may name packages too.

    Blocking: call it in a thread. Ends within TIMEOUT_S, with what it has found; what a file's judgement meets costs
    that file alone.
    """
    asked = tuple(parse_library(library) for library in libraries)
    named = request_words(about)
    deadline = Deadline.after(TIMEOUT_S)
    python = PythonReality(environment, LocalModules(files, environment.project_dir), asked, named, deadline)
    node = NodeReality(asked, named, environment, deadline)
    words = frozenset(word.lower() for word in (*(library.name for library in asked), *named))
    imports = {
        language: judge(Surroundings(language, environment.project_dir, tuple(files), words, deadline))
        for language, judge in _IMPORTS.items()
        if any(file.language == language for file in files)
    }
    judges: Mapping[str, NodeReality | ImportReality] = {"javascript": node, "typescript": node, **imports}
    wanted = {file.path for file in (files if judged is None else judged)}
    found: list[AnswerFinding] = []
    left_out: list[str] = []
    readable: list[str] = []
    for file in files:
        is_python = file.language == "python"  # read in any case: other files import it
        if not is_python and (file.path not in wanted or file.language not in judges):
            continue
        why = _judge(file, python.read if is_python else lambda file: found.extend(judges[file.language].judge(file)))
        if file.path in wanted:
            left_out += [not_judged(file.path, why)] if why else []
            readable += [file.path] if is_python and not why else []
    for language, judged_by in imports.items():
        left_out += [f"imports ({language}): {describe_unread(judged_by.unread)}"] if judged_by.unread else []
    if readable:
        why = _guarded(lambda: found.extend(finding for finding in python.judge() if finding.file in wanted), "Python")
        left_out += [not_judged(path, why) for path in readable] if why else []
    order = [file.path for file in files]
    found.sort(key=lambda finding: (order.index(finding.file or ""), finding.line or 0))
    return RealityReport(tuple(found), tuple(left_out))


def _judge(file: GeneratedFile, judge: Callable[[GeneratedFile], None]) -> str:
    """Why a file could not be judged, or an empty text."""
    limit = _MAX_PARSED_CHARS if file.language in _IMPORTS else _MAX_CODE_CHARS
    if len(file.content) > limit:
        return f"it has more than {limit:,} characters"
    return _guarded(lambda: judge(file), file.path)


def _guarded(work: Callable[[], None], what: str) -> str:
    """Why some work broke off, or an empty text."""
    try:
        work()
    except DeadlineError:
        return "the time for reading packages is used up"
    except TyError as error:
        return str(error)
    except (RecursionError, MemoryError):
        return "it is nested too deeply"
    except Exception as error:  # it reads packages that anybody may have written: a fault there costs one file
        logger.exception("%s could not be held against the installed packages", what)
        return f"a fault in the check ({type(error).__name__})"
    return ""
