"""Context7 spoken to, in all its generations: by the tools it lists, never by its version.

The rule: its failures come back as plain text that is not flagged, so an answer counts as documentation only
when it looks like documentation, and as a match only when it names a library id.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from mcp.types import CallToolResult, TextContent

from code_assistant.children.child import Child, Hindrance
from code_assistant.context7.match import Match
from code_assistant.text.plain import plain_line

RESOLVE = "resolve-library-id"
QUERY, GET = "query-docs", "get-library-docs"  # since 2.0.0, and before it
TOOLS = (RESOLVE, QUERY, GET)
"""The child's name."""
_OLD_TOKENS = 6_000
"""What the old generation is asked for; its default of 10,000 tokens exceeds our budget for one library."""
_LONGEST_QUERY = 300
"""The query leaves the machine: it carries the request's beginning, which names the task, and no more."""

_FIELDS = {
    "Title": "title",
    "Context7-compatible library ID": "id",
    "Code Snippets": "snippets",
    "Trust Score": "trust",
    "Source Reputation": "trust",
    "Benchmark Score": "benchmark",
    "Versions": "versions",
}
_FIELD = re.compile(r"^- ([A-Z][\w -]+?): (.*)$", re.MULTILINE)
_LIBRARY_ID = re.compile(r"^/[\w.@~-]{1,100}/[\w.@~/-]{1,150}$")
_IS_VERSION = re.compile(r"[\w.+@~-]{1,80}")
"""What may become part of a library id and of our notes."""
MAX_MATCHES, _MAX_VERSIONS = 50, 300
"""Of an answer's; Context7 lists about 30 libraries."""
_REPUTATION = {"high": 9.0, "medium": 5.0, "low": 2.0}
_NOTICE = re.compile(r"^(?:-{3,}[ \t]*\r?\n(?:[ \t]*\r?\n)?)?\*\*\[Heads up\]", re.MULTILINE)
"""Where Context7 asks the reader to tell the user to sign in. It follows answers of every kind, failures too."""
_LOOKS_LIKE_DOCUMENTATION = re.compile(r"^ {0,3}```|^#{1,6} \S|^(?:TITLE|SOURCE|Source|DESCRIPTION): ", re.MULTILINE)
_NAMES_ITS_SOURCE = re.compile(r"^(?:SOURCE|Source): https?://", re.MULTILINE)
_SHORT_CHARS = 500
"""Failures have 30 to 350 characters; documentation of that length that names no source is hardly missed."""
_RATE_LIMIT = re.compile(
    r"rate.?limit|quota|too many requests|\b429\b|\blimits? (was |is |has been )?(reached|exceeded|hit)"
    r"|(reached|exceeded|hit|used up)\b.{0,40}\b(limit|plan|requests|calls)",
    re.IGNORECASE,
)
_SAYS_FAILURE = re.compile(
    r"rate.?limit(?:ed\b| (?:reached|exceeded|hit))|quota (?:was |is |has been )?exceeded|too many requests"
    r"|invalid api key|unauthori[sz]ed|fetch failed|ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT|does not exist"
    r"|\bnot found\b|no (?:documentation )?libraries found|failed to (?:fetch|retrieve)|failed with status"
    r"|error (?:fetching|searching|code: ?[45]\d\d)|internal server error|bad gateway|service unavailable",
    re.IGNORECASE,
)
_RETRY_AFTER = re.compile(
    r"\b(?:in|after|for)\s+(\d{1,6})\s*(ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?)\b",
    re.IGNORECASE,
)
_UNIT_S = {"s": 1.0, "m": 60.0, "h": 3_600.0, "d": 86_400.0}
_WHO_BLOCKS = r"\b(?:polic(?:y|ies)|teamspace|library filters?|administrator)\b"
_BLOCKS = r"\b(?:block|den(?:y|ie)|restrict|exclu|disallow|forbid|prohibit|not allow)\w*"
_POLICY = re.compile(rf"{_WHO_BLOCKS}.{{0,120}}{_BLOCKS}|{_BLOCKS}.{{0,120}}{_WHO_BLOCKS}", re.IGNORECASE)
"""A team can block libraries (https://context7.com/dashboard?tab=policies)."""
_FILTERED = re.compile(r"^\*\*Note:\*\*.{0,200}\bfilters?\b", re.MULTILINE)
"""Above the libraries that such a policy leaves."""
_POLICY_REMEDY = "ask whoever manages your teamspace's policies at https://context7.com/dashboard?tab=policies"
_BAD_KEY = re.compile(r"invalid api key|unauthori[sz]ed|\b401\b|\b403\b", re.IGNORECASE)
_NO_NETWORK = re.compile(r"fetch failed|ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT|network", re.IGNORECASE)
_UNKNOWN = re.compile(
    r"no (documentation )?libraries found|not found|does not exist"
    r"|failed to retrieve library documentation data",  # 1.0.x, when a search finds nothing
    re.IGNORECASE,
)


class DocumentationError(Exception):
    """Context7 has no answer; `kind` is rate_limit, policy, key, network, unknown, late, child, off, or other."""

    def __init__(self, kind: str, why: str, remedy: str, retry_after_s: float = 0.0) -> None:
        super().__init__(why)
        self.kind = kind
        self.retry_after_s = retry_after_s
        self.why = why
        self.remedy = remedy


def choose_topic(request: str) -> str:
    """What Context7 is asked about a library: requests that begin alike get the same answer."""
    return request[:_LONGEST_QUERY]


class Context7:
    """What we ask of Context7, over its child server."""

    def __init__(self, child: Child) -> None:
        self._child = child

    @property
    def is_ready(self) -> bool:
        """True when its server runs and listens."""
        return self._child.state == "ready"

    def note_unreachable(self, failure: DocumentationError | None) -> None:
        """Let its status say that it cannot reach its service, or with None that it did."""
        self._child.hindrance = Hindrance(failure.why, failure.remedy) if failure else None
        self._child.is_doubted = False

    async def resolve(self, name: str, query: str, timeout_s: float) -> tuple[Match, ...]:
        """Find libraries by name, in Context7's order.

        Raises:
            DocumentationError: Context7 answered, but not with libraries.
            ChildError: it could not be asked.
        """
        await self._child.wait_ready(timeout_s)
        arguments = {"libraryName": name}
        if self._takes(RESOLVE, "query"):
            arguments["query"] = choose_topic(query)
        text = _read_text(await self._child.call_tool(RESOLVE, arguments, timeout_s))
        matches = parse_matches(text)
        if not matches:
            raise explain_failure(text)
        return matches

    async def documentation(self, library_id: str, query: str, timeout_s: float) -> str:
        """Fetch documentation of one library about the query. Raises like `resolve`."""
        await self._child.wait_ready(timeout_s)
        query = choose_topic(query)
        if self._has(QUERY):
            result = await self._child.call_tool(QUERY, {"libraryId": library_id, "query": query}, timeout_s)
        else:
            old = {"context7CompatibleLibraryID": library_id, "topic": query, "tokens": _OLD_TOKENS}
            result = await self._child.call_tool(GET, old, timeout_s)
        text = _read_text(result)
        if not is_documentation(text):
            raise explain_failure(text)
        return text

    def _has(self, tool: str) -> bool:
        return any(listed.name == tool for listed in self._child.tools)

    def _takes(self, tool: str, argument: str) -> bool:
        schemas = [listed.input_schema for listed in self._child.tools if listed.name == tool]
        return any(argument in schema.get("properties", {}) for schema in schemas)


def parse_matches(text: str) -> tuple[Match, ...]:
    """Read the libraries out of the text that `resolve-library-id` answers with."""
    blocks = re.split(r"^-{5,}$", text, maxsplit=MAX_MATCHES, flags=re.MULTILINE)
    found = (match for block in blocks[:MAX_MATCHES] for match in _read_match(block))
    is_filtered = _FILTERED.search(text) is not None
    return tuple(dataclasses.replace(match, is_filtered=True) if is_filtered else match for match in found)


def show_matches(matches: Sequence[Match]) -> str:
    """The same libraries as the text that `resolve-library-id` answers with."""
    shown = (
        f"- Title: {match.title}\n- Context7-compatible library ID: {match.id}\n- Code Snippets: {match.snippets}\n"
        f"- Trust Score: {match.trust:g}" + (f"\n- Versions: {', '.join(match.versions)}" if match.versions else "")
        for match in matches
    )
    return "Available Libraries:\n\n" + "\n----------\n".join(shown)


def is_documentation(text: str) -> bool:
    """True for documentation, false for any of the failure texts of any generation."""
    text = without_notice(text)
    is_suspect = len(text) <= _SHORT_CHARS and not _NAMES_ITS_SOURCE.search(text)
    if is_suspect and (_SAYS_FAILURE.search(text) or _POLICY.search(text)):
        return False
    return bool(_LOOKS_LIKE_DOCUMENTATION.search(text))


def without_notice(text: str) -> str:
    """An answer without the request to sign in that Context7 puts below it for anonymous callers."""
    notice = _NOTICE.search(text) if "[Heads up]" in text else None
    is_theirs = notice is not None and "Context7" in text[notice.end() :]
    return text[: notice.start()].rstrip() if notice is not None and is_theirs else text


def explain_failure(text: str) -> DocumentationError:
    """Turn the text of a failure into a kind, a reason and a remedy."""
    text = without_notice(text)
    said = plain_line(text) or "an empty answer"
    if _RATE_LIMIT.search(text):
        after = _RETRY_AFTER.search(text)
        retry_after_s = _read_seconds(after[1], after[2].lower()) if after else 0.0
        remedy = "wait, or set CONTEXT7_API_KEY"
        return DocumentationError("rate_limit", f"Context7's rate limit: {said}", remedy, retry_after_s)
    if _POLICY.search(text):
        return DocumentationError("policy", f"a policy at Context7 blocks it: {said}", _POLICY_REMEDY)
    if _BAD_KEY.search(text):
        return DocumentationError("key", f"Context7 refused the key: {said}", "correct or unset CONTEXT7_API_KEY")
    if _NO_NETWORK.search(text):
        return DocumentationError(
            "network",
            f"Context7 is not reachable: {said}",
            "check the network, the proxy (HTTPS_PROXY), or the firewall",
        )
    if _UNKNOWN.search(text):
        return DocumentationError("unknown", f"Context7 has no such library: {said}", "check the library's name")
    return DocumentationError(
        "other", f"Context7 answered: {said}", "try again later, or set CODE_ASSISTANT_CONTEXT7=off"
    )


def _read_seconds(number: str, unit: str) -> float:
    return float(number) / 1_000 if unit.startswith(("ms", "milli")) else float(number) * _UNIT_S[unit[0]]


def _read_match(block: str) -> list[Match]:
    found = {_FIELDS[key]: value.strip() for key, value in _FIELD.findall(block) if key in _FIELDS}
    if not _LIBRARY_ID.match(found.get("id", "")):
        return []  # also Context7's explanation of the format, which repeats the field's name
    listed = (part.strip() for part in found.get("versions", "").split(","))
    versions = tuple(version for version in listed if _IS_VERSION.fullmatch(version))[:_MAX_VERSIONS]
    title = plain_line(found.get("title", "")) or found["id"]
    return [Match(found["id"], title, _read_trust(found), _read_count(found.get("snippets")), versions)]


def _read_trust(found: dict[str, str]) -> float:
    """0 where the reputation is unknown, a middle one where this generation of Context7 tells none."""
    shown = found.get("trust", "medium")
    try:
        return min(max(float(shown), 0.0), 10.0) if "nan" not in shown.lower() else 0.0
    except ValueError:
        return _REPUTATION.get(shown.lower(), 0.0)


def _read_count(shown: str | None) -> int:
    return int(shown) if shown and shown.isdigit() else 0


def _read_text(result: CallToolResult) -> str:
    text = without_notice("\n".join(part.text for part in result.content if isinstance(part, TextContent)))
    if result.is_error:
        raise explain_failure(text)
    return text
