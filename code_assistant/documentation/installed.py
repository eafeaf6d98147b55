"""Documentation of the package that is installed where the user works: exact for the version in use, without a network.

The rule: it is read, never imported or run.
"""

from __future__ import annotations

from code_assistant.project.libraries import LibraryName
from code_assistant.project.packages.document import InstalledDoc
from code_assistant.project.packages.environment import Environment
from code_assistant.project.packages.modules import Deadline, find_packages
from code_assistant.project.packages.node import node_documentation
from code_assistant.project.packages.python import python_documentation

TIMEOUT_S = 5.0
"""For one library: a large package takes 2 to 3 s the first time; what was read by then is used."""
MAX_CHARS = 12_000


def describe_installed(
    library: LibraryName, language: str, query: str, environment: Environment, max_chars: int = MAX_CHARS
) -> InstalledDoc | None:
    """Describe an installed library with regard to a query; None when it is not installed or the language has none.

    Blocking: call it in a thread.
    """
    deadline, folder = Deadline.after(TIMEOUT_S), environment.node_modules
    if language == "python" and environment.has_python:
        return python_documentation(library, query, find_packages(environment), deadline, max_chars)
    if language in ("javascript", "typescript", "html", "css") and folder is not None:
        return node_documentation(library, query, folder, deadline, max_chars)
    return None
