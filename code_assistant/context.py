"""The context of a request: standards and documentation, gathered concurrently before the model is asked.

Nothing here raises for what is missing: it becomes an entry in `missing`, and the request goes on.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from code_assistant.children.child import Child
from code_assistant.children.errors import ChildError
from code_assistant.documentation.document import Document, Documentation, NoDocument
from code_assistant.documentation.ladder import Documents
from code_assistant.model.standards import checklist_beside, short_standard, without_notes
from code_assistant.request import GenerationRequest
from code_assistant.result import ContextUse, DocumentationUsed, Missing, StandardUsed
from code_assistant.settings import Profile
from code_assistant.single_flight import SingleFlight
from code_assistant.text.plain import age
from code_assistant.text.trim import trim
from code_assistant.text.untrusted import clean

STANDARDS_TIMEOUT_S = 20.0
"""For the standards server, its start included: 1 to 2 s, and up to 10 s on a machine that is busy with more."""
_STANDARDS_SHARE = 0.6
"""Of the budget; documentation gets what is left, an equal part for each library."""

_CHECKLIST = "standards://checklist/"
_KEPT_CLEAN = 32
"""Texts whose cleaned form is kept: the standards are the same for every request, and cleaning them costs 4 ms."""

Say = Callable[[str], None]


@dataclass(frozen=True)
class Part:
    """One text of the context: a standard, or the documentation of a library."""

    source: str
    title: str
    text: str
    version: str | None = None
    note: str | None = None
    """How it differs from what was asked for, which a model has to know as well as people."""


@dataclass(frozen=True)
class Context:
    """All that was gathered, cleaned and within the budget."""

    standards: tuple[Part, ...]
    documentation: tuple[Part, ...]
    documentation_used: tuple[DocumentationUsed, ...]
    missing: tuple[Missing, ...]
    use: ContextUse
    checklist: str = ""
    """The whole list of items as people read it, for whoever completes a scaffold."""

    @property
    def standards_used(self) -> tuple[StandardUsed, ...]:
        """The standards as the result lists them."""
        return tuple(StandardUsed(uri=part.source, title=part.title) for part in self.standards)


class Gatherer:
    """Gathers the context of requests from the standards server and the documentation ladder."""

    def __init__(self, standards: Child, documents: Documents, budget_chars: int, profile: Profile = "full") -> None:
        self._standards = standards
        self.documents = documents
        self._budget_chars = budget_chars
        self._profile = profile
        self._reading: SingleFlight[str] = SingleFlight()

    async def gather(self, request: GenerationRequest, say: Say, budget_chars: int | None = None) -> Context:
        """Read standards and documentation for a request; `say` gets a line for each step.

        `budget_chars` is what the model's window leaves, where that is less than the setting.
        """
        standards, documentation = await asyncio.gather(
            self._read_standards(request, say), self._read_documentation(request, say)
        )
        budget = self._budget_chars if budget_chars is None else min(budget_chars, self._budget_chars)
        return self._fit(request, *standards, documentation, budget)

    async def _read_standards(self, request: GenerationRequest, say: Say) -> tuple[list[Part], list[Missing]]:
        say(f"reading the {request.language} standards")
        answers = await asyncio.gather(*(self._read(uri) for uri in _choose_uris(request, self._profile)))
        parts = [answer for answer in answers if isinstance(answer, Part)]
        failures = [answer for answer in answers if isinstance(answer, ChildError)]
        if not failures:
            return parts, []
        what = "coding standards" if not parts else "part of the coding standards"
        remedy = failures[0].remedy or "see get_server_status"
        return parts, [Missing(what=what, why=failures[0].why, remedy=remedy)]

    async def _read(self, uri: str) -> Part | ChildError:
        """Read a standard; requests that come while it is being read share the answer."""
        try:
            text = await self._reading.run(uri, lambda: self._standards.read_resource(uri, STANDARDS_TIMEOUT_S))
        except ChildError as error:
            return error
        return Part(uri, _find_title(text, uri), text)

    async def _read_documentation(self, request: GenerationRequest, say: Say) -> list[Documentation]:
        async def find(library: str) -> Documentation:
            found = await self.documents.find(library, request.request, request.language, request.libraries)
            say(f"documentation for {library}: {describe_source(found)}")
            return found

        return list(await asyncio.gather(*(find(library) for library in request.libraries)))

    def _fit(
        self,
        request: GenerationRequest,
        standards: list[Part],
        missing: list[Missing],
        found: list[Documentation],
        budget: int,
    ) -> Context:
        fitting = _Fitting()
        parts = [_make_part(doc) for doc in found if isinstance(doc, Document)]
        share = budget if not parts else int(budget * _STANDARDS_SHARE)
        # Not by the words of the request: what stands first stays equal for a language, and servers keep it computed.
        fitted = fitting.fit(_shape(standards, request, self._profile), share, "")
        about = f"{request.request} {' '.join(request.libraries)}"
        documentation = fitting.fit(parts, budget - fitting.used_chars, about)
        return Context(
            standards=fitted,
            documentation=documentation,
            documentation_used=tuple(_list_used(doc) for doc in found),
            missing=(*missing, *_list_missing_documentation(found), *_list_missing_versions(found)),
            use=ContextUse(
                budget_chars=budget,
                used_chars=fitting.used_chars,
                trimmed=tuple(fitting.trimmed),
                removed_lines=fitting.removed,
            ),
            checklist=next((_clean(part.text).text for part in standards if is_checklist(part)), ""),
        )


class _Fitting:
    """Cleans and trims parts, and keeps the account of it."""

    def __init__(self) -> None:
        self.used_chars = 0
        self.removed = 0
        self.trimmed: list[str] = []

    def fit(self, parts: list[Part], budget_chars: int, about: str) -> tuple[Part, ...]:
        """Shortest first, so that what one does not need is left to the longer ones; what is `about` this stays."""
        fitted: dict[str, Part] = {}
        left = budget_chars
        by_length = sorted(parts, key=lambda part: len(part.text))
        for index, part in enumerate(by_length):
            cleaned = _clean(part.text)
            shortened = trim(cleaned.text, left // (len(parts) - index), about)
            self.removed += cleaned.removed
            if dropped := shortened.dropped_chars + cleaned.cut_chars:
                self.trimmed.append(f"{part.title}: {dropped:,} of {len(part.text):,} characters")
            left -= len(shortened.text)
            self.used_chars += len(shortened.text)
            fitted[part.source + part.title] = dataclasses.replace(part, text=shortened.text)
        return tuple(fitted[part.source + part.title] for part in parts)


_clean = lru_cache(maxsize=_KEPT_CLEAN)(clean)


def describe_source(found: Documentation) -> str:
    """Where documentation came from, for people: `from cache, 2 h old`."""
    if isinstance(found, NoDocument):
        return f"none: {found.why}"
    how_old = f", {age(found.age_s)} old" if found.age_s else ""
    return f"from {'the installed package' if found.source == 'installed' else found.source}{how_old}"


def is_checklist(part: Part) -> bool:
    """Whether a part is the list of all items that hold for a language."""
    return part.source.startswith(_CHECKLIST)


def _shape(standards: list[Part], request: GenerationRequest, profile: Profile) -> list[Part]:
    """The standards as the model is given them; the checklist adds what no other part says."""
    shown = [dataclasses.replace(part, text=without_notes(part.text)) for part in standards if not is_checklist(part)]
    checklist = next((part for part in standards if is_checklist(part)), None)
    if checklist is None:
        return shown
    if profile == "lean":
        text = short_standard(checklist.text, include_tests=request.include_tests)
        return [dataclasses.replace(checklist, text=text)]
    beside = [part.text for part in shown]
    text = checklist_beside(checklist.text, beside, include_tests=request.include_tests)
    return [*shown, dataclasses.replace(checklist, text=text)]


def _choose_uris(request: GenerationRequest, profile: Profile) -> tuple[str, ...]:
    if profile == "lean":
        return (f"{_CHECKLIST}{request.language}",)
    topics = [*(["testing"] if request.include_tests else []), *(["documentation"] if request.include_docs else [])]
    return (
        f"standards://language/{request.language}",
        f"{_CHECKLIST}{request.language}",
        *(f"standards://topic/{topic}" for topic in topics),
    )


def _find_title(text: str, uri: str) -> str:
    headings = (line.lstrip("# ").strip() for line in text.splitlines() if line.startswith("# "))
    return next(headings, uri)


def _make_part(found: Document) -> Part:
    return Part(found.library_id or found.source, found.library, found.text, found.version, found.note)


def _list_used(found: Documentation) -> DocumentationUsed:
    if isinstance(found, NoDocument):
        return DocumentationUsed(library=found.library, source="none")
    return DocumentationUsed.model_validate(found)


def _list_missing_documentation(found: list[Documentation]) -> list[Missing]:
    """One entry for each reason, however many libraries it concerns."""
    reasons: dict[tuple[str, str], list[str]] = {}
    for doc in found:
        if isinstance(doc, NoDocument):
            reasons.setdefault((doc.why, doc.remedy), []).append(doc.library)
    return [
        Missing(what=f"documentation of {', '.join(libraries)}", why=why, remedy=remedy)
        for (why, remedy), libraries in reasons.items()
    ]


def _list_missing_versions(found: list[Documentation]) -> list[Missing]:
    """The project's files that could not be used, once for all libraries."""
    problems = dict.fromkeys(problem for doc in found for problem in doc.problems)
    if not problems:
        return []
    remedy = "mend the file, or name the version as in `fastapi==0.115`"
    return [Missing(what="part of the project's versions", why="; ".join(problems), remedy=remedy)]
