"""GitHub's workflow commands, which annotate the lines of a pull request.

Source: https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions.
"""

from __future__ import annotations

from collections.abc import Iterator

from coding_standards.gate.formats.text import show_text
from coding_standards.gate.judging import is_breach
from coding_standards.gate.outcome import Outcome


def show_github(outcome: Outcome) -> str:
    """A command for each finding, then the same report that people get."""
    return "\n".join(_commands(outcome)) + "\n" + show_text(outcome, is_quiet=True)


def _commands(outcome: Outcome) -> Iterator[str]:
    for verdict, finding in outcome.findings():
        word = "error" if is_breach(finding, outcome.at_least) else "warning"
        place = {"file": verdict.path, "line": finding.line or 1}
        if finding.column:
            place["col"] = finding.column
        place["title"] = ", ".join((*finding.items, finding.rule))
        properties = ",".join(f"{name}={_property(str(value))}" for name, value in place.items())
        yield f"::{word} {properties}::{_data(finding.message)}"
    for verdict in outcome.failures:
        yield f"::error file={_property(verdict.path)}::{_data(f'not checked: {verdict.failed}')}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
