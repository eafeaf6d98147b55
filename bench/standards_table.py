"""What the standards prove, on how much real code they are wrong, and what broken code they miss: two tables.

    python bench/standards_table.py [--json FILE] [--files N] [--seeds N] [--cache FOLDER] [LANGUAGE ...]

The real code is that of `checker/corpora.py`, the broken code that of `checker/mutations.py`. Its one rule: every file
counts, and what is called wrong here can be read again in the JSON, with file and line.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from functools import cache, partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from checker.corpora import CORPORA, FILES, default_cache, files_of
from checker.mutations import KINDS, mutants

from coding_standards.checks.checker import Ruleset, check
from coding_standards.languages import find_language
from coding_standards.library.snapshot import Library
from coding_standards.library.store import load_library
from coding_standards.report import CheckReport, Finding

SEEDS = 40
"""Files per language that are broken, once in each way."""
MAX_SEED_CHARS = 8_000
EXAMPLES = 8
"""Places kept in the JSON for each rule."""
HOUSE_STYLE = frozenset({"GEN-007", "GEN-008", "GEN-009", "GEN-010", "DOC-001"})
"""Line length, white space, owned TODOs, documentation: old code breaks these agreements and is no worse for it."""


@dataclass(frozen=True)
class FileResult:
    """What a check said about one real file."""

    path: str
    parsed: bool
    findings: tuple[tuple[str, str, int, bool, str], ...]
    """Rule, severity, line, soft, excerpt or message."""
    seconds: float
    crash: str | None = None
    """The exception, where the checker raised one."""


@dataclass
class Row:
    """One language's line of the table."""

    language: str
    own_items: int
    items: int
    proved: int
    rules: int
    files: int
    not_parsed: list[str] = field(default_factory=list)
    soft: int = 0
    """Files that parse softly only."""
    errors: int = 0
    """Files with a rule's error, syntax apart."""
    warnings: int = 0
    """Files with a warning beyond house style."""
    house_style: int = 0
    by_rule: dict[str, int] = field(default_factory=dict)
    """Rule and severity -> files it fires on."""
    places: dict[str, list[str]] = field(default_factory=dict)
    caught: dict[str, int] = field(default_factory=dict)
    caught_softly: dict[str, int] = field(default_factory=dict)
    broken: dict[str, int] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)
    crashes: list[str] = field(default_factory=list)
    slowest_s: float = 0.0
    unavailable: list[str] = field(default_factory=list)


@cache
def _library() -> Library:
    return load_library()


@cache
def _ruleset(language: str) -> Ruleset:
    known, library = find_language(language), _library()
    return Ruleset(library.items_of(known), library.rules_for(known))


def judge_file(path: Path, language: str) -> FileResult:
    """Check one real file."""
    code = path.read_text(encoding="utf-8")
    started = time.perf_counter()
    try:
        report = _check(code, language, path)
    except Exception as error:  # noqa: BLE001 - a crash of the checker is one of the figures
        return FileResult(str(path), True, (), time.perf_counter() - started, repr(error))
    seconds = time.perf_counter() - started
    findings = tuple((f.rule, f.severity, f.line, f.soft, f.excerpt or f.message) for f in report.findings)
    return FileResult(str(path), report.parsed, findings, seconds)


def judge_mutants(path: Path, language: str) -> list[tuple[str, str, str]]:
    """Break one real file in every way; for each the kind, how it came out, and where it was broken."""
    code = path.read_text(encoding="utf-8").replace("\r\n", "\n")
    if judge_file(path, language).crash is not None:
        return []
    before = _check(code, language, path)
    if not before.parsed or any(finding.rule == "syntax" and not finding.soft for finding in before.findings):
        return []
    known = Counter(finding.rule for finding in before.findings)
    outcomes: list[tuple[str, str, str]] = []
    for mutant in mutants(code, language, path.name):
        try:
            outcome = _outcome(_check(mutant.code, language, path), known)
        except Exception as error:  # noqa: BLE001 - a crash of the checker is one of the figures
            outcome = f"crash {error!r}"
        outcomes.append((mutant.kind, outcome, f"{path}: {_difference(code, mutant.code)}"))
    return outcomes


def _check(code: str, language: str, path: Path) -> CheckReport:
    return check(code, find_language(language), _ruleset(language), path.name)


def _outcome(report: CheckReport, known: Counter[str]) -> str:
    """Tell whether a broken file was refused: caught, caught softly, or missed; old findings do not count."""
    if not report.parsed:
        return "caught"
    after = Counter(finding.rule for finding in report.findings)
    fresh = [finding for finding in report.findings if after[finding.rule] > known[finding.rule]]
    if any(_is_hard(finding) for finding in fresh):
        return "caught"
    return "caught softly" if any(finding.soft for finding in fresh) else "missed"


def _is_hard(finding: Finding) -> bool:
    return finding.severity == "error" and not finding.soft


def _difference(before: str, after: str) -> str:
    at = next((i for i, (old, new) in enumerate(zip(before, after, strict=False)) if old != new), len(after))
    line = after.count("\n", 0, at) + 1
    return f"line {line}: {after[max(0, at - 30) : at]!r} | {after[at : at + 30]!r}"


def row_of(language: str, files: Sequence[Path], seeds: int, pool: ProcessPoolExecutor) -> Row:
    """Judge one corpus and its mutants."""
    row = _standards(language, len(files))
    for result in pool.map(partial(judge_file, language=language), files, chunksize=8):
        _add_file(row, result)
    small = [path for path in files if path.stat().st_size <= MAX_SEED_CHARS]
    small.sort(key=lambda path: hashlib.sha256(path.name.encode()).hexdigest())
    for outcomes in pool.map(partial(judge_mutants, language=language), small[:seeds], chunksize=2):
        for kind, outcome, place in outcomes:
            row.broken[kind] = row.broken.get(kind, 0) + 1
            row.caught[kind] = row.caught.get(kind, 0) + (outcome == "caught")
            row.caught_softly[kind] = row.caught_softly.get(kind, 0) + outcome.startswith("caught")
            if outcome != "caught":
                row.missed.append(f"{kind}: {outcome}: {place}")
    return row


def _standards(language: str, files: int) -> Row:
    library = _library()
    known = find_language(language)
    own = library.standard("language", known.name)
    items = {item.id for item in library.items_of(known)}
    rules = library.rules_for(known)
    proved = {item for rule in rules for item in rule.items} & items
    # GEN-005 is proved by the parser, not by a rule.
    proved |= {"GEN-005"} & items
    return Row(language, len(own.items) if own else 0, len(items), len(proved), len(rules), files)


def _add_file(row: Row, result: FileResult) -> None:
    if result.crash is not None:
        row.crashes.append(f"{result.path}: {result.crash}")
    syntax = [finding for finding in result.findings if finding[0] == "syntax"]
    if not result.parsed or any(not soft for _, _, _, soft, _ in syntax):
        first = next((f"line {line}: {text}" for _, _, line, soft, text in syntax if not soft), "no finding")
        row.not_parsed.append(f"{result.path}: {first}")
    row.soft += bool(syntax) and all(soft for _, _, _, soft, _ in syntax)
    others = [finding for finding in result.findings if finding[0] != "syntax"]
    row.errors += any(severity == "error" for _, severity, _, _, _ in others)
    warned = {rule for rule, severity, _, _, _ in others if severity == "warning"}
    styled = {rule.id for rule in _ruleset(row.language).rules if rule.items and HOUSE_STYLE.issuperset(rule.items)}
    row.warnings += bool(warned - styled)
    row.house_style += bool(warned & styled)
    row.slowest_s = max(row.slowest_s, result.seconds)
    for name in {f"{rule} ({severity})" for rule, severity, _, _, _ in others}:
        row.by_rule[name] = row.by_rule.get(name, 0) + 1
    for rule, severity, line, _, text in others:
        places = row.places.setdefault(f"{rule} ({severity})", [])
        if len(places) < EXAMPLES:
            places.append(f"{result.path}:{line}: {text}")


def standards_table(rows: Sequence[Row]) -> str:
    """Return what is checked, and what real code gets."""
    lines = [
        "| language | own items | items in a check | proved | rules | real files | refused by the parser | softly | "
        "files with a rule's error | with a warning | against house style | slowest file |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    lines.extend(
        f"| {row.language} | {row.own_items} | {row.items} | {row.proved} | {row.rules} | {row.files} "
        f"| {_share(len(row.not_parsed), row.files)} | {_share(row.soft, row.files)} | {_share(row.errors, row.files)} "
        f"| {_share(row.warnings, row.files)} | {_share(row.house_style, row.files)} | {row.slowest_s:.2f} s |"
        for row in rows
    )
    return "\n".join(lines)


def detection_table(rows: Sequence[Row]) -> str:
    """Return which share of broken files is refused, kind by kind."""
    lines = [
        f"| language | broken files | {' | '.join(KINDS)} | all | all, soft ones too |",
        f"|---|--:|{'--:|' * (len(KINDS) + 2)}",
    ]
    for row in rows:
        total = sum(row.broken.values())
        kinds = (_share(row.caught.get(kind, 0), row.broken.get(kind, 0)) for kind in KINDS)
        everything = _share(sum(row.caught.values()), total)
        softly = _share(sum(row.caught_softly.values()), total)
        lines.append(f"| {row.language} | {total} | {' | '.join(kinds)} | {everything} | {softly} |")
    return "\n".join(lines)


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "-"


def main() -> int:
    """Print both tables."""
    parser = argparse.ArgumentParser(description="What the standards prove, where they are wrong, what they miss.")
    parser.add_argument("languages", nargs="*", metavar="LANGUAGE", help=f"of {', '.join(CORPORA)}; all by default")
    parser.add_argument("--json", type=Path, help="write every figure and the places found to this file")
    parser.add_argument("--files", type=int, default=FILES)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--cache", type=Path, default=default_cache())
    options = parser.parse_args()
    rows: list[Row] = []
    started = time.perf_counter()
    with ProcessPoolExecutor(max_workers=2) as pool:
        for language in options.languages or CORPORA:
            name = find_language(language).name
            files, unavailable = files_of(name, options.cache, options.files)
            rows.append(row_of(name, files, options.seeds, pool))
            rows[-1].unavailable = unavailable
    print(f"{standards_table(rows)}\n\n{detection_table(rows)}\n")
    for row in rows:
        notes = [*(f"not to be had: {line}" for line in row.unavailable), *(f"crash: {line}" for line in row.crashes)]
        print("".join(f"- {row.language}: {note}\n" for note in notes[:EXAMPLES]), end="")
    print(f"Measured in {time.perf_counter() - started:.0f} s.")
    if options.json:
        options.json.write_text(json.dumps([asdict(row) for row in rows], indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
