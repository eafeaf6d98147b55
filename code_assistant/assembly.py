"""What answers requests, put together. Loaded late, after the handshake: its modules take as long as a tenth of it.

Its one rule: nothing is started here; the children and the cache are the orchestrator's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from code_assistant.children.child import Child
from code_assistant.context import Gatherer
from code_assistant.context7.client import Context7
from code_assistant.context7.launch import CONTEXT7
from code_assistant.documentation.cache import Cache
from code_assistant.documentation.ladder import Documents
from code_assistant.generation.assistant import Assistant
from code_assistant.generation.checks import Checker
from code_assistant.project.user_project import UserProject
from code_assistant.settings import Settings

if TYPE_CHECKING:
    from agents import Model


def assemble(settings: Settings, sources: tuple[Child, ...], cache: Cache, model: Model | None) -> Assistant:
    """Build the assistant over these children, of which the first is the standards server."""
    standards = sources[0]
    context7 = next((Context7(child) for child in sources if child.name == CONTEXT7), None)
    project = UserProject(settings)
    documents = Documents(context7, cache, settings.cache_fresh_s, project)
    gatherer = Gatherer(standards, documents, settings.context_chars, settings.profile)
    return Assistant(
        settings,
        gatherer,
        Checker(standards, project, settings.project_dir is not None and settings.project_tools != "off"),
        sources,
        model,
    )
