"""What suites that nobody here wrote say of our verdicts: found, false, and falsely proved.

    python bench/suites.py SUITE DIRECTORY [--language L] [--only ITEM] [--every N] [--peers] [--misses FILE]

DIRECTORY is a local checkout: of semgrep/semgrep-rules for `semgrep`; of OWASP-Benchmark/BenchmarkPython or
BenchmarkJava for `owasp`; of sqlfluff/sqlfluff, eslint/eslint or stylelint/stylelint for those. In the last three a
valid text that is refused counts as false. With `--peers` ruff's `S` rules and bandit judge the Python files as well,
by the place alone, whatever rule of theirs fires. Its one rule: every mark counts.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from checker.rule_tests import read_eslint, read_stylelint
from checker.suite_marks import Mark, MarkedFile, read_owasp, read_semgrep, read_sqlfluff

from coding_standards.checks import checker
from coding_standards.checks.checker import check, ruleset_for
from coding_standards.languages import find_language
from coding_standards.library.snapshot import Library
from coding_standards.library.store import load_library
from coding_standards.report import Finding

READERS = {
    "semgrep": read_semgrep,
    "owasp": read_owasp,
    "sqlfluff": read_sqlfluff,
    "eslint": read_eslint,
    "stylelint": read_stylelint,
}


@dataclass(frozen=True)
class Judged:
    """What came of one mark."""

    path: str
    language: str
    mark: Mark
    found: bool
    """A finding of one of the mark's items at its place."""
    claimed: bool
    """An item of the mark reads as proved for the file."""


@cache
def _library() -> Library:
    return load_library(None)


def judge(file: MarkedFile) -> list[Judged]:
    """Check one file and compare with its marks."""
    checker.MAX_FINDINGS_PER_RULE = 10_000  # every place has to be told here, not the first twenty
    ruleset = ruleset_for(_library(), file.language)
    report = check(file.code[:200_000], file.language, ruleset, path=file.path.name, dialect=file.dialect)
    outcome = {item.id: item.outcome for item in report.rules}
    result = []
    for mark in file.marks:
        found = any(_is_about(mark, one) and mark.first <= one.line <= mark.last for one in report.findings)
        claimed = any(outcome.get(item) == "proved" for item in mark.items)
        result.append(Judged(str(file.path), file.language.name, mark, found, claimed))
    return result


def _is_about(mark: Mark, finding: Finding) -> bool:
    is_same = finding.rule in mark.rules if mark.rules else bool(mark.items.intersection(finding.items))
    return is_same and not finding.soft


def judge_by_peer(places: Mapping[str, Sequence[int]], files: Iterable[MarkedFile]) -> list[Judged]:
    """The same by the lines at which another checker found anything."""
    return [
        Judged(str(file.path), file.language.name, mark, any(mark.first <= n <= mark.last for n in lines), False)
        for file in files
        for lines in (places.get(str(file.path.resolve()), ()),)
        for mark in file.marks
    ]


def ruff_places(paths: Sequence[Path]) -> dict[str, list[int]]:
    """File -> lines with a finding of ruff's `S` rules."""
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "--preview", "--ignore-noqa"]
    command += ["--select", "S", "--output-format", "json", "--exit-zero", *map(str, paths)]
    found: dict[str, list[int]] = {}
    for one in json.loads(subprocess.run(command, capture_output=True, text=True, check=False).stdout or "[]"):
        found.setdefault(one["filename"], []).append(one["location"]["row"])
    return found


def bandit_places(paths: Sequence[Path]) -> dict[str, list[int]]:
    """File -> lines with a finding of bandit's."""
    command = [sys.executable, "-m", "bandit", "-q", "-f", "json", "--exit-zero", *map(str, paths)]
    found: dict[str, list[int]] = {}
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    for one in json.loads(done.stdout or "{}").get("results", []):
        found.setdefault(str(Path(one["filename"]).resolve()), []).append(one["line_number"])
    return found


def table(judged: Sequence[Judged], by: str) -> Iterator[str]:
    """One line for each language, item or kind, and one for all."""
    names: Mapping[str, Callable[[Judged], str]] = {
        "language": lambda one: one.language,
        "item": lambda one: ",".join(sorted(one.mark.items)),
        "kind": lambda one: one.mark.kind,
    }
    counts: dict[str, Counter[str]] = {}
    for one in judged:
        for name in (names[by](one), "all"):
            count = counts.setdefault(name, Counter())
            count["marks" if one.mark.wanted else "ok"] += 1
            if one.found:
                count["found" if one.mark.wanted else "false"] += 1
            elif one.mark.wanted and one.claimed:
                count["false proof"] += 1
    yield f"| {by} | found | of | rate | false | of | rate | false proof |"
    yield "|---|--:|--:|--:|--:|--:|--:|--:|"
    for name, count in sorted(counts.items(), key=lambda pair: (pair[0] == "all", pair[0])):
        yield (
            f"| {name} | {_rate(count['found'], count['marks'])} | {_rate(count['false'], count['ok'])} | "
            f"{count['false proof']} |"
        )


def _rate(part: int, whole: int) -> str:
    return f"{part} | {whole} | {part / whole:.1%}" if whole else "0 | 0 | -"


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("suite", choices=sorted(READERS))
    parser.add_argument("directory", type=Path)
    parser.add_argument("--language", action="append", type=find_language)
    parser.add_argument("--only", action="append", help="items that count")
    parser.add_argument("--every", type=int, default=1, help="judge each Nth file only")
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--misses", type=Path, help="where to write each mark that was judged wrong")
    args = parser.parse_args()
    read = READERS[args.suite](args.directory, _library())
    files = [file for file in read if not args.language or file.language in args.language][:: args.every]
    with ProcessPoolExecutor(max_workers=2) as pool:
        judged = [one for many in pool.map(judge, files, chunksize=20) for one in many]
    if args.only:
        judged = [one for one in judged if one.mark.items & set(args.only)]
    for by in ("language", "item") if args.suite == "semgrep" else ("language", "item", "kind"):
        print("\n".join(table(judged, by)), end="\n\n")
    if args.misses:
        args.misses.write_text("".join(_miss(one) for one in judged if one.found != one.mark.wanted))
    python = [file for file in files if file.language.name == "python"]
    if args.peers and python:
        paths = [file.path.resolve() for file in python]
        for name, find_places in (("ruff", ruff_places), ("bandit", bandit_places)):
            if importlib.util.find_spec(name) is None:
                print(f"{name} is not installed here\n")
                continue
            print(f"{name}\n" + "\n".join(table(judge_by_peer(find_places(paths), python), "language")), end="\n\n")
    return 0


def _miss(one: Judged) -> str:
    kind = "missed" if one.mark.wanted else "false"
    return f"{kind} {','.join(sorted(one.mark.items))} {one.mark.kind} {one.path}:{one.mark.first}\n"


if __name__ == "__main__":
    raise SystemExit(main())
