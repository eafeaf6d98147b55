"""The result as Markdown: the same complete answer for hosts that show only `content`.

It fits a size: the explanation and the list of rules are shortened first, and no list takes more than its share.
Code is never shortened; a file that does not fit is left out as a whole, and named.
"""

from __future__ import annotations

from collections.abc import Sequence

from code_assistant.result import AnswerFinding, Checks, GeneratedFile, GenerationResult
from code_assistant.text.plain import age
from code_assistant.text.trim import trim
from groundwork.fences import choose_fence
from groundwork.plural import count_of

_SCAFFOLD = "**Scaffold: no model was used.**"
_PENDING = "**Not finished yet.**"
_FAILED = "**Failed: the model gave no usable file.**"
_RESERVED_FOR_TEXT = 1_500
_MAX_LINE = 600
_MAX_HEADING = 200
_REST_OF_SENTENCE = 350
_MAX_PATH = 80
"""Of a path in a list; a longer one is shown by its start and its end."""
_ALL = "`structuredContent` has all"
_MORE = "`--verbose` also shows the standards, how each of their items came out, and the sources."


def render(result: GenerationResult, max_chars: int, *, is_brief: bool = False) -> str:
    """Return the result as Markdown of at most `max_chars` characters; a brief one is for a person at a terminal."""
    share = max_chars // 4
    head = _join(_write_headline(result)[:share], _list_failing(result.checks, share))
    tail = _write_tail(result, share, is_brief)
    reserved = min(_RESERVED_FOR_TEXT, max_chars // 5)
    files, left_out = _choose_fitting(result.files, max_chars - len(head) - len(tail) - reserved)
    code = _join(*(_show_file(file) for file in files), _name_left_out(left_out, reserved))
    left = max_chars - len(head) - len(code) - len(tail) - 200
    about = " ".join(_show_path(file.path, _MAX_HEADING) for file in result.files)
    explanation = _shorten(_introduce(result) if is_brief else result.explanation, left, about)
    items = _list_items(result.checks)
    if is_brief or len(items) > left - len(explanation):
        items = ""
    return _join(head, code, explanation, items, tail)[:max_chars]


def _introduce(result: GenerationResult) -> str:
    """What the model says of its code; of a scaffold the part above the standards and the documentation."""
    return result.explanation.partition("\n## ")[0].rstrip() if result.status == "scaffold" else result.explanation


def _write_tail(result: GenerationResult, max_chars: int, is_brief: bool) -> str:
    """How it was checked and what it cost have room first, then what is missing, then what was used."""
    is_told = result.status in ("generated", "scaffold")  # in the headline
    checks, usage = _tell_checks(result.checks, max_chars // 2, is_told), _tell_usage(result)
    missing = _list_missing(result, max_chars - len(checks) - len(usage))
    if is_brief:
        return _join(checks, missing, _MORE, usage)
    sources = _list_sources(result, max_chars - len(checks) - len(usage) - len(missing))
    return _join(checks, sources, missing, usage)


def _show_list(title: str, lines: Sequence[str], max_chars: int) -> str:
    """A heading and as many of the lines as there is room for; the rest is counted."""
    more = f"- and {len(lines)} more; {_ALL}"
    left = max_chars - len(title) - len(more) - 4
    shown: list[str] = []
    for line in (_cut_line(line, _MAX_LINE) for line in lines):
        left -= len(line) + 1
        if left < 0:
            break
        shown.append(line)
    if len(shown) < len(lines):
        shown.append(f"- and {len(lines) - len(shown)} more; {_ALL}")
    return f"{title}\n\n" + "\n".join(shown) if lines else ""


def _cut_line(text: str, max_chars: int) -> str:
    return text if len(text) <= max_chars else f"{text[: max_chars - 3]}..."


def _show_path(path: str, max_chars: int = _MAX_PATH) -> str:
    """A path for people: on one line, and the middle of a very long one left out."""
    plain = path if path.isprintable() else "".join(char if char.isprintable() else "\ufffd" for char in path)
    half = (max_chars - 3) // 2
    return plain if len(plain) <= max_chars else f"{plain[:half]}...{plain[-half:]}"


def _write_headline(result: GenerationResult) -> str:
    match result.status:
        case "scaffold":
            return f"{_SCAFFOLD} {result.next_step or ''}".strip() + f"\n\nChecked: {result.checks.summary}."
        case "pending":
            return f"{_PENDING} {result.next_step or ''}".strip()
        case "failed":
            return f"{_FAILED} {result.next_step or ''}".strip()
        case _:
            return f"Checked: {result.checks.summary}."


def _list_failing(checks: Checks, max_chars: int) -> str:
    rounds = f" after {checks.rounds} repair round{'s' if checks.rounds != 1 else ''}" if checks.rounds else ""
    lines = [_show_finding(finding) for finding in checks.findings]
    return _show_list(f"## Still failing{rounds}", lines, max_chars)


def _show_finding(finding: AnswerFinding) -> str:
    file = _show_path(finding.file)
    where = f"{file}:{finding.line}" if finding.line else file or "the answer"
    return f"- **{finding.severity}** {where} `{finding.rule}` {finding.message}"


def _choose_fitting(
    files: tuple[GeneratedFile, ...], max_chars: int
) -> tuple[list[GeneratedFile], list[GeneratedFile]]:
    """Leave out the largest files until the rest fits, documents before code."""
    kept = list(files)
    left_out: list[GeneratedFile] = []
    while kept and sum(len(_show_file(file)) + 2 for file in kept) > max_chars:
        largest = max(kept, key=lambda file: (file.role == "doc", len(file.content)))
        kept.remove(largest)
        left_out.append(largest)
    return kept, left_out


def _show_file(file: GeneratedFile) -> str:
    fence = choose_fence(file.content)
    ending = "" if file.content.endswith("\n") else "\n"
    heading = f"### {_show_path(file.path, _MAX_HEADING)} ({file.role})"
    return f"{heading}\n\n{fence}{file.language}\n{file.content}{ending}{fence}"


def _name_left_out(files: list[GeneratedFile], max_chars: int) -> str:
    if not files:
        return ""
    named = [f"{_show_path(file.path)} ({len(file.content):,} characters)" for file in files]
    shown = named[: max(1, (max_chars - _REST_OF_SENTENCE) // (_MAX_PATH + 25))]
    more = f" and {len(named) - len(shown)} more" if len(shown) < len(named) else ""
    return (
        f"**Left out here, since the answer would be too long for a host: {', '.join(shown)}{more}.** "
        "They are complete in `structuredContent`; or raise CODE_ASSISTANT_MAX_OUTPUT_CHARS, or ask for less at once."
    )


def _shorten(text: str, max_chars: int, about: str) -> str:
    if len(text) <= max_chars:
        return text
    kept = trim(text, max(0, max_chars), about)
    return _join(kept.text, f"({kept.dropped_chars:,} characters of explanation left out.)")


def _tell_checks(checks: Checks, max_chars: int, is_told: bool) -> str:
    summary = f"## Checks\n\n{checks.summary[:1].upper()}{_cut_line(checks.summary[1:], _MAX_LINE)}."
    head = "" if is_told else summary
    lines = [f"- {line}" for line in checks.not_checked]
    if checks.tools:
        told = f"Judged by the project's own tools too: {', '.join(checks.tools)}."
        head = _join(head, _cut_line(told, _MAX_LINE))
    if checks.formatted:
        told = f"Formatted by the project's own formatter: {', '.join(checks.formatted)}."
        head = _join(head, _cut_line(told, _MAX_LINE))
    if checks.mended:
        told = f"Mended without the model (imports, white space, old spelling): {', '.join(checks.mended)}."
        head = _join(head, _cut_line(told, _MAX_LINE))
    return _join(head, _show_list("## Not checked", lines, max_chars - len(head)))


def _list_items(checks: Checks) -> str:
    """The items of the standards by outcome: what fails with its title, the rest by id."""
    groups = (
        ("Failed", [f"{item.id} {item.title}" for item in checks.fail]),
        ("Proved", checks.proved),
        ("Searched without a breach", checks.no_breach_found),
        ("Not applicable", checks.not_applicable),
        ("For a person to judge", checks.not_checkable),
    )
    lines = [f"- {title}: {', '.join(name.rstrip('.') for name in names)}" for title, names in groups if names]
    return "## Items\n\n" + "\n".join(lines) if lines else ""


def _list_sources(result: GenerationResult, max_chars: int) -> str:
    lines = [f"- {standard.title} (`{standard.uri}`)" for standard in result.standards]
    # What was looked for in vain stands among what is missing.
    for doc in (doc for doc in result.documentation if doc.source != "none"):
        parts = [doc.source, doc.library_id, f"version {doc.version}" if doc.version else None]
        parts += [f"{age(doc.age_s)} old" if doc.age_s else None, doc.note]
        lines.append(f"- {doc.library}: {', '.join(part for part in parts if part)}")
    return _show_list("## Standards and documentation used", lines, max_chars)


def _list_missing(result: GenerationResult, max_chars: int) -> str:
    said = [(gap.what, gap.why.rstrip("."), gap.remedy.rstrip(".")) for gap in result.missing]
    lines = [f"- {what}: {why}. Remedy: {remedy}." for what, why, remedy in said]
    return _show_list("## Missing", lines, max_chars)


def _tell_usage(result: GenerationResult) -> str:
    usage = result.usage
    tokens = f", {usage.input_tokens:,} + {usage.output_tokens:,} tokens" if usage.input_tokens else ""
    turns = count_of(usage.turns, "model turn")
    cut = result.context.trimmed if result.context else ()
    trimmed = f" Shortened to fit the model: {_cut_line('; '.join(cut), _MAX_LINE // 2)}." if cut else ""
    calls = count_of(usage.tool_calls, "tool call")
    return f"*{usage.model}: {turns}, {calls}{tokens}, {usage.seconds:.1f} s.*{trimmed}"


def _join(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)
