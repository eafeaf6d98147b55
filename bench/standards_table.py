"""What the standards say of real code, and what broken code they miss: two tables.

    python bench/standards_table.py [--code FOLDER] [--sample FILE] [--json FILE] [LANGUAGE ...]

The real code is that of the packages in `checker/corpora.py`, or of the checkouts in FOLDER; the broken code is that
of `checker/mutations.py`. `--sample` writes errors of rules, drawn by a fixed seed, to be read by hand. Its one rule:
every file counts, and what is called wrong here can be read again in the JSON, with file and line.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from checker.corpora import CORPORA, FILES, default_cache, files_of
from checker.mutations import KINDS, mutants

from coding_standards.checks import checker
from coding_standards.checks.checker import Ruleset, check
from coding_standards.languages import find_language
from coding_standards.library.snapshot import Library
from coding_standards.library.store import load_library
from coding_standards.report import SYNTAX, CheckReport, Finding
from groundwork.outcomes import Outcome

SEEDS = 40
"""Files per language that are broken, once in each way."""
MAX_SEED_CHARS = 8_000
SAMPLE = 50
"""Errors per language that are drawn to be read by hand, one for a rule and a file."""
AROUND = 3
"""Lines of code that a drawn error is shown with, on each side."""
HOUSE_STYLE = frozenset({"GEN-007", "GEN-008", "GEN-009", "GEN-010", "DOC-001"})
"""Line length, white space, owned TODOs, documentation: old code breaks these agreements and is no worse for it."""


@dataclass(frozen=True)
class FileResult:
    """What a check said about one real file."""

    path: str
    is_refused: bool
    findings: tuple[Finding, ...] = ()
    outcomes: frozenset[tuple[str, Outcome]] = frozenset()
    """Item and how it came out."""
    seconds: float = 0.0
    crash: str | None = None
    """The exception, where the checker raised one."""


@dataclass
class Row:
    """What came of one language."""

    language: str
    items: int
    rules: int
    unavailable: list[str]
    files: int = 0
    proved: set[str] = field(default_factory=set)
    """Items that were proved for at least one file."""
    searched: set[str] = field(default_factory=set)
    """Items that were judged, but never proved: rules look for known forms of a breach."""
    refused: list[str] = field(default_factory=list)
    soft: int = 0
    """Files about whose syntax there are doubts only."""
    with_errors: int = 0
    """Files with a rule's error, syntax apart."""
    with_warnings: int = 0
    """Files with a warning beyond house style."""
    against_style: int = 0
    by_rule: Counter[str] = field(default_factory=Counter)
    """Rule and severity -> how often it fires."""
    errors: list[str] = field(default_factory=list)
    """The first error of each rule in each file: `path:line rule`."""
    broken: Counter[str] = field(default_factory=Counter)
    """Kind of mutation -> how many files were broken so; the next two how many of them were refused."""
    caught: Counter[str] = field(default_factory=Counter)
    caught_softly: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)
    crashes: list[str] = field(default_factory=list)
    slowest_s: float = 0.0


@cache
def _library() -> Library:
    return load_library(None)


@cache
def _ruleset(language: str) -> Ruleset:
    checker.MAX_FINDINGS_PER_RULE = 10_000  # all of them count here, not the first twenty
    known, library = find_language(language), _library()
    return Ruleset(library.items_of(known), library.rules_for(known))


def judge_file(path: Path, language: str) -> FileResult:
    """Check one real file."""
    started = time.perf_counter()
    try:
        report = _check(path.read_text(encoding="utf-8"), language, path)
    except Exception as error:  # noqa: BLE001 - a crash of the checker is one of the figures
        return FileResult(str(path), False, crash=repr(error))
    outcomes = frozenset((item.id, item.outcome) for item in report.rules)
    return FileResult(str(path), _is_refused(report), report.findings, outcomes, time.perf_counter() - started)


def judge_mutants(path: Path, language: str) -> list[tuple[str, str, str]]:
    """Break one real file in every way; for each the kind, how it came out, and where it was broken."""
    code = path.read_text(encoding="utf-8").replace("\r\n", "\n")
    if judge_file(path, language).crash is not None:
        return []
    before = _check(code, language, path)
    if _is_refused(before):
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
    return check(code, find_language(language), _ruleset(language), path.as_posix())


def _is_refused(report: CheckReport) -> bool:
    return not report.parsed or any(finding.rule == SYNTAX and not finding.soft for finding in report.findings)


def _outcome(report: CheckReport, known: Counter[str]) -> str:
    """Tell whether a broken file was refused: caught, caught softly, or missed; old findings do not count."""
    if not report.parsed:
        return "caught"
    after = Counter(finding.rule for finding in report.findings)
    fresh = [finding for finding in report.findings if after[finding.rule] > known[finding.rule]]
    if any(finding.severity == "error" and not finding.soft for finding in fresh):
        return "caught"
    return "caught softly" if any(finding.soft for finding in fresh) else "missed"


def _difference(before: str, after: str) -> str:
    at = next((i for i, (old, new) in enumerate(zip(before, after, strict=False)) if old != new), len(after))
    line = after.count("\n", 0, at) + 1
    return f"line {line}: {after[max(0, at - 30) : at]!r} | {after[at : at + 30]!r}"


def measure(language: str, files: Sequence[Path], unavailable: list[str], pool: ProcessPoolExecutor) -> Row:
    """Judge one corpus and its mutants."""
    ruleset = _ruleset(language)
    row = Row(language, len(ruleset.items), len(ruleset.rules), unavailable)
    for result in pool.map(partial(judge_file, language=language), files, chunksize=8):
        _add_file(row, result)
    row.searched -= row.proved
    small = [path for path in files if path.stat().st_size <= MAX_SEED_CHARS]
    small.sort(key=lambda path: hashlib.sha256(path.name.encode()).hexdigest())
    for outcomes in pool.map(partial(judge_mutants, language=language), small[:SEEDS], chunksize=2):
        for kind, outcome, place in outcomes:
            row.broken[kind] += 1
            row.caught[kind] += outcome == "caught"
            row.caught_softly[kind] += outcome.startswith("caught")
            if outcome != "caught":
                row.missed.append(f"{kind}: {outcome}: {place}")
    return row


def _add_file(row: Row, result: FileResult) -> None:
    row.files += 1
    row.slowest_s = max(row.slowest_s, result.seconds)
    if result.crash is not None:
        row.crashes.append(f"{result.path}: {result.crash}")
    row.proved |= {item for item, outcome in result.outcomes if outcome == "proved"}
    row.searched |= {item for item, outcome in result.outcomes if outcome in {"fail", "no_breach_found"}}
    syntax = [one for one in result.findings if one.rule == SYNTAX]
    others = [one for one in result.findings if one.rule != SYNTAX]
    if result.is_refused:
        why = next((f"line {one.line}: {one.message}" for one in syntax if not one.soft), "no finding")
        row.refused.append(f"{result.path}: {why}")
    row.soft += bool(syntax) and not result.is_refused
    errors = [one for one in others if one.severity == "error"]
    warned = [one for one in others if one.severity == "warning"]
    row.with_errors += bool(errors)
    row.with_warnings += any(not HOUSE_STYLE.issuperset(one.items) for one in warned)
    row.against_style += any(one.items and HOUSE_STYLE.issuperset(one.items) for one in warned)
    row.by_rule.update(f"{one.rule} ({one.severity})" for one in others)
    first = {one.rule: one.line for one in reversed(errors)}
    row.errors += (f"{result.path}:{line} {rule}" for rule, line in first.items())


def standards_table(rows: Sequence[Row]) -> Iterator[str]:
    """What is checked, and what real code gets."""
    yield (
        "| language | items | proved for some file | searched only | rules | real files | refused by the parser | "
        "in doubt | files with a rule's error | with a warning | against house style | errors | slowest file |"
    )
    yield f"|---|{'--:|' * 12}"
    for row in rows:
        shares = (len(row.refused), row.soft, row.with_errors, row.with_warnings, row.against_style)
        yield (
            f"| {row.language} | {row.items} | {len(row.proved)} | {len(row.searched)} | {row.rules} | {row.files} | "
            f"{' | '.join(_share(part, row.files) for part in shares)} | {len(row.errors)} | {row.slowest_s:.2f} s |"
        )


def detection_table(rows: Sequence[Row]) -> Iterator[str]:
    """Which share of broken files is refused, kind by kind."""
    yield f"| language | broken files | {' | '.join(KINDS)} | all | all, those in doubt too |"
    yield f"|---|{'--:|' * (len(KINDS) + 3)}"
    for row in rows:
        kinds = " | ".join(_share(row.caught[kind], row.broken[kind]) for kind in KINDS)
        total = row.broken.total()
        both = (_share(caught.total(), total) for caught in (row.caught, row.caught_softly))
        yield f"| {row.language} | {total} | {kinds} | {' | '.join(both)} |"


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "-"


def sample(row: Row) -> Iterator[str]:
    """Errors of rules to be read by hand, drawn by a fixed seed, each with the code around it."""
    drawn = random.Random(row.language).sample(row.errors, min(SAMPLE, len(row.errors)))
    yield f"# {row.language}: {len(drawn)} of {len(row.errors)}\n"
    for number, one in enumerate(drawn, start=1):
        place, _, rule = one.rpartition(" ")
        path, _, line = place.rpartition(":")
        lines = Path(path).read_text(encoding="utf-8").split("\n")
        first = max(0, int(line) - 1 - AROUND)
        yield f"## {number}. {rule} {place}"
        yield from (f"{n + 1:>5} {lines[n][:200]}" for n in range(first, min(len(lines), int(line) + AROUND)))
        yield ""


def main() -> int:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("languages", nargs="*", metavar="LANGUAGE", help=f"of {', '.join(CORPORA)}; all by default")
    parser.add_argument("--code", type=Path, help="a folder of checkouts, instead of packages")
    parser.add_argument("--sample", type=Path, help=f"write {SAMPLE} errors per language to this file")
    parser.add_argument("--json", type=Path, help="write every figure and the places found to this file")
    parser.add_argument("--files", type=int, default=FILES, help="per language")
    parser.add_argument("--cache", type=Path, default=default_cache(), help="where packages are kept")
    options = parser.parse_args()
    rows: list[Row] = []
    with ProcessPoolExecutor(max_workers=2) as pool:
        for language in options.languages or CORPORA:
            name = find_language(language).name
            files, unavailable = files_of(name, options.code or options.cache, options.files, bool(options.code))
            rows.append(measure(name, files, unavailable, pool))
    print("\n".join([*standards_table(rows), "", *detection_table(rows)]))
    for row in rows:
        for name in ("unavailable", "crashes", "refused"):
            print("".join(f"- {row.language}: {name}: {line}\n" for line in getattr(row, name)), end="")
    if options.sample:
        options.sample.write_text("\n".join(line for row in rows for line in sample(row)), encoding="utf-8")
    if options.json:
        options.json.write_text(json.dumps([vars(row) for row in rows], indent=1, default=sorted), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
