"""The reality check on real packages: how often it is wrong about their own code, and how many planted errors it finds.

Well-known packages are installed into a scratch environment; the code is that of their READMEs, of the tests that they
ship and of their own modules, which use each other. Its one rule: whether a planted error is one is decided by the
packages themselves, imported by the scratch environment's own Python, not by the reader that is measured.

    python bench/reality_check.py [--cache FOLDER] [--all]
"""

from __future__ import annotations

import argparse
import ast
import importlib
import json
import random
import re
import subprocess
import sys
import textwrap
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.machinery import PathFinder
from importlib.metadata import Distribution, distributions
from pathlib import Path

from platformdirs import user_cache_path

sys.path.insert(0, str(Path(__file__).parent.parent))

from code_assistant.project.packages.environment import Environment, read_environment
from code_assistant.project.packages.names import dotted
from code_assistant.project.reality.judge import check_reality
from code_assistant.result import AnswerFinding, GeneratedFile

PACKAGES = """
    aiohttp anyio attrs beautifulsoup4 click fastapi flask httpx jinja2 loguru markdown-it-py marshmallow more-itertools
    networkx numpy packaging pillow pydantic pygments pyjwt pytest python-dateutil python-dotenv pyyaml requests rich
    sqlalchemy starlette structlog tenacity tqdm typer uvicorn websockets
""".split()  # noqa: SIM905 - a list of names reads better as text
PLANTED = 100
FILES_PER_PACKAGE = 60
SEED = 7
_FENCE = re.compile(r"^```\s*(?:python|py|python3)\b[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL | re.IGNORECASE)
_RST_BLOCK = re.compile(r"^\.\. code(?:-block)?:: *python\n((?:\n|[ \t]+[^\n]*\n)+)", re.MULTILINE)
_PROMPTED = re.compile(r"(?:^[ \t]*(?:>>>|\.\.\.) ?[^\n]*\n)+", re.MULTILINE)
_IS_TEST = re.compile(r"(^|/)(tests?|testing)/|(^|/)test_[^/]*\.py$")

_JUDGE = """
import importlib, inspect, json, sys, warnings
warnings.simplefilter("ignore")
def find(path):
    parts = path.split(".")
    for count in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:count]))
        except Exception:
            continue
        for part in parts[count:]:
            found = getattr(found, part)
        return found
    raise LookupError(path)
def is_wrong(kind, owner, name):
    found = find(owner)
    if kind == "name":
        try:
            importlib.import_module(owner + "." + name)
            return False
        except ImportError:
            return not hasattr(found, name)
    parameters = inspect.signature(found).parameters
    return name not in parameters and all(p.kind is not p.VAR_KEYWORD for p in parameters.values())
answers = []
for kind, owner, name in json.load(sys.stdin):
    try:
        answers.append(is_wrong(kind, owner, name))
    except Exception:
        answers.append(False)
sys.stdout = sys.__stdout__
print("ANSWERS" + json.dumps(answers))
"""


@dataclass(frozen=True)
class Example:
    """One piece of real code."""

    package: str
    origin: str
    """readme, test or source."""
    place: str
    code: str


@dataclass(frozen=True)
class Plant:
    """A wrong name in a copy of a real piece of code."""

    kind: str
    owner: str
    name: str
    code: str


def main() -> int:
    """Print false alarms per imports and planted errors found; 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, default=user_cache_path("code-assistant-bench", appauthor=False))
    parser.add_argument("--all", action="store_true", help="all files of the packages, not a sample")
    arguments = parser.parse_args()
    folder = install(arguments.cache / "reality-venv")
    environment = read_environment(folder)
    examples = list(collect(environment, None if arguments.all else FILES_PER_PACKAGE))
    is_quiet = measure_false_alarms(examples, environment)
    is_sharp = measure_found(examples, environment, folder)
    return 0 if is_quiet and is_sharp else 1


def install(folder: Path) -> Path:
    """Create the scratch environment once; wheels only, so that nothing is built."""
    if not (folder / "complete").exists():
        print(f"installing {len(PACKAGES)} packages into {folder}", flush=True)
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        pip = [str(_python(folder)), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--only-binary", ":all:", *PACKAGES], check=True)
        (folder / "complete").touch()
    return folder


def collect(environment: Environment, limit: int | None) -> Iterator[Example]:
    """The examples of all packages: every README, and as many files as the limit allows, chosen by chance."""
    paths = [str(path) for path in environment.site_packages]
    for package in PACKAGES:
        for distribution in distributions(name=package, path=paths):
            yield from _readme(package, distribution)
            files = [file for file in distribution.files or () if file.suffix == ".py"]
            random.Random(f"{SEED}{package}").shuffle(files)
            for file in files[:limit]:
                origin = "test" if _IS_TEST.search(file.as_posix()) else "source"
                code = Path(str(distribution.locate_file(file))).read_text(encoding="utf-8", errors="replace")
                if _parses(code):
                    yield Example(package, origin, file.as_posix(), code)


def _readme(package: str, distribution: Distribution) -> Iterator[Example]:
    text = (distribution.read_text("METADATA") or "").partition("\n\n")[2]
    blocks = [*_FENCE.findall(text), *_RST_BLOCK.findall(text), *_PROMPTED.findall(text)]
    for number, block in enumerate(blocks):
        lines = textwrap.dedent(block).splitlines()
        if any(line.startswith(">>>") for line in lines):
            lines = [line[4:] for line in lines if line.startswith((">>>", "..."))]
        code = "\n".join(lines) + "\n"
        if _parses(code) and ("import " in code):
            yield Example(package, "readme", f"README of {package}, example {number + 1}", code)


def measure_false_alarms(examples: list[Example], environment: Environment) -> bool:
    """Every finding in real code is a false alarm."""
    imports: Counter[str] = Counter()
    alarms: Counter[str] = Counter()
    files: Counter[str] = Counter()
    slowest, warnings, gone = 0.0, 0, 0
    started = time.monotonic()
    for example in examples:
        begun = time.monotonic()
        findings = _check(example.code, example.package, environment)
        slowest = max(slowest, time.monotonic() - begun)
        imports[example.origin] += _count_imports(example.code)
        files[example.origin] += 1
        absent = [finding for finding in findings if _is_truly_absent(finding, environment)]
        warnings += len(absent)
        findings = tuple(finding for finding in findings if not _is_truly_newer(finding))
        gone += len([finding for finding in findings if finding.rule == "reality-deprecated"])
        wrong = [f for f in findings if f not in absent and f.rule != "reality-deprecated"]
        alarms[example.origin] += len(wrong)
        for finding in wrong:
            print(f"  {example.place}:{finding.line}: {finding.rule}: {finding.message[:120]}")
    for origin in files:
        print(f"{origin}: {files[origin]} files, {imports[origin]} imports, {alarms[origin]} false alarms")
    rate = alarms.total() / max(1, imports.total())
    print(
        f"besides: {warnings} warnings of optional modules that are truly not installed, {gone} of what is deprecated"
    )
    spent = time.monotonic() - started
    print(f"false alarms: {alarms.total()} in {imports.total()} imports = {rate:.2%} (target at most 0.1 %)")
    print(f"time: {spent:.1f} s for {len(examples)} files, the slowest {slowest:.2f} s")
    return rate <= 0.001


def _is_truly_absent(finding: AnswerFinding, environment: Environment) -> bool:
    """True when Python's own finder agrees that a module is not there."""
    if finding.rule != "reality-unknown-module":
        return False
    name = finding.message.split("`")[1]
    paths = [str(path) for path in environment.site_packages]
    return PathFinder.find_spec(name, paths) is None and name not in sys.builtin_module_names


def _is_truly_newer(finding: AnswerFinding) -> bool:
    """True when this Python, which is the scratch environment's, agrees that it has no such thing."""
    if finding.rule != "reality-newer":
        return False
    name = finding.message.split("`")[1]
    module, _, member = name.rpartition(".")
    try:
        importlib.import_module(name)
    except ImportError:
        return not (module and hasattr(importlib.import_module(module), member))
    return False


def measure_found(examples: list[Example], environment: Environment, folder: Path) -> bool:
    """Plant wrong names and keywords, a half each, and count how many are told."""
    chance = random.Random(SEED)
    chance.shuffle(examples)
    candidates = [plant for example in examples for plant in _plants(example, chance)]
    wrong = list(_confirmed(candidates, folder))
    total = found = 0
    for kind in ("name", "keyword"):
        plants = [plant for plant in wrong if plant.kind == kind]
        chance.shuffle(plants)
        missed = []
        for plant in plants[: PLANTED // 2]:
            findings = _check(plant.code, "", environment)
            is_told = any(f"`{plant.name}`" in finding.message for finding in findings)
            missed += [] if is_told else [f"{plant.owner}: {plant.name}"]
        count = len(plants[: PLANTED // 2])
        total, found = total + count, found + count - len(missed)
        print(f"planted {kind}s: {count - len(missed)} of {count} found; missed: {', '.join(missed) or 'none'}")
    print(f"planted errors: {found} of {total} found (target 85 of 100)")
    return total == PLANTED and found >= 85


def _plants(example: Example, chance: random.Random) -> Iterator[Plant]:
    """One wrong name and one wrong keyword for each file that uses an installed package."""
    tree = ast.parse(example.code)
    origins: dict[str, str] = {}
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            origins |= {alias.asname or alias.name: alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            origins |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    if imports:
        node = chance.choice(imports)
        alias = chance.choice(node.names)
        if alias.name != "*" and node.module:
            wrong = _misspelt(alias.name, chance)
            code = f"{example.code}\nfrom {node.module} import {wrong}\n"
            yield Plant("name", node.module, wrong, code)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and any(k.arg for k in node.keywords)]
    known = [call for call in calls if dotted(call.func).partition(".")[0] in origins]
    if known:
        call = chance.choice(known)
        keyword = chance.choice([keyword for keyword in call.keywords if keyword.arg])
        first, dot, rest = dotted(call.func).partition(".")
        wrong = _misspelt(keyword.arg or "", chance)
        keyword.arg = wrong
        yield Plant("keyword", origins[first] + dot + rest, wrong, ast.unparse(tree))


def _misspelt(name: str, chance: random.Random) -> str:
    """A name as models and people get it wrong: a letter lost, two swapped, a plural, another style, a prefix."""
    place = chance.randrange(1, max(2, len(name) - 1))
    swapped = name[: place - 1] + name[place : place + 1] + name[place - 1 : place] + name[place + 1 :]
    ways = [name[:place] + name[place + 1 :], swapped, f"{name}s", f"{name}_async", f"get_{name}", f"default_{name}"]
    fitting = [way for way in ways if way != name and way.isidentifier()]
    return chance.choice(fitting)


def _confirmed(plants: list[Plant], folder: Path) -> Iterator[Plant]:
    """Those that the packages themselves refuse, as their own Python sees them."""
    questions = json.dumps([(plant.kind, plant.owner, plant.name) for plant in plants])
    answer = subprocess.run(
        [str(_python(folder)), "-c", _JUDGE], input=questions, capture_output=True, text=True, check=True, timeout=600
    )
    verdicts = json.loads(answer.stdout.rpartition("ANSWERS")[2])
    standard = sys.stdlib_module_names
    for plant, is_wrong in zip(plants, verdicts, strict=True):
        if is_wrong and plant.owner.partition(".")[0] not in standard:
            yield plant


def _check(code: str, package: str, environment: Environment) -> tuple[AnswerFinding, ...]:
    file = GeneratedFile(path="example.py", language="python", role="source", content=code)
    return check_reality([file], [package] if package else [], environment).findings


def _count_imports(code: str) -> int:
    nodes = (node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Import | ast.ImportFrom))
    return sum(len(node.names) for node in nodes)


def _parses(code: str) -> bool:
    try:
        ast.parse(code)
    except (SyntaxError, ValueError):
        return False
    return True


def _python(folder: Path) -> Path:
    return folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


if __name__ == "__main__":
    sys.exit(main())
