"""The reality check of Go, Rust, Java and TypeScript imports: false alarms on real code, and planted names found.

Sources come from Debian's packages, npm, the JDK and this machine's Maven repository; nothing of them is kept here.

    python bench/reality_imports.py [--cache FOLDER] [--languages go,rust,java,typescript]
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from pathlib import Path

from platformdirs import user_cache_path

sys.path.insert(0, str(Path(__file__).parent.parent))

from reality.ecosystems import ECOSYSTEMS, Scene

from code_assistant.project.packages.environment import Environment
from code_assistant.project.reality.judge import check_reality
from code_assistant.result import AnswerFinding, GeneratedFile

PLANTED = 100
SEED = 7
TARGETS = {"typescript": 80}
MIN_FOUND = 60
MAX_FALSE = 0.001


def main() -> int:
    """Print both figures for each language; 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, default=user_cache_path("code-assistant-bench", appauthor=False))
    parser.add_argument("--languages", default=",".join(ECOSYSTEMS))
    arguments = parser.parse_args()
    is_reached = True
    for language in arguments.languages.split(","):
        path, set_up = ECOSYSTEMS[language]
        folder = arguments.cache / f"reality-{language}"
        folder.mkdir(parents=True, exist_ok=True)
        scene = set_up(folder)
        os.environ.update(scene.variables)
        is_reached = measure(language, path, scene) and is_reached
    return 0 if is_reached else 1


def measure(language: str, path: str, scene: Scene) -> bool:
    """Judge all files as they are, then as many planted ones as there are to be had."""
    started, imports, alarms = time.monotonic(), 0, 0
    for name, text in scene.files:
        imports += scene.count_imports(text)
        # What is not required or not known is a true word about this project; what is not there is not.
        wrong = [finding for finding in check(language, path, text, scene) if finding.rule == "reality-unknown-name"]
        alarms += len(wrong)
        for finding in wrong:
            print(f"  {name}:{finding.line}: {finding.message[:140]}")
    spent = time.monotonic() - started
    print(f"{language}: {alarms} false alarms in {imports} imports of {len(scene.files)} files, {spent:.0f} s")
    chance = random.Random(SEED)
    files = list(scene.files)
    chance.shuffle(files)
    plants = [plant for name, text in files for plant in scene.plants(name, text, chance)][:PLANTED]
    missed = []
    for plant in plants:
        findings = check(language, path, plant.code, scene)
        is_told = any(f"`{plant.name}`" in finding.message for finding in findings)
        missed += [] if is_told else [f"{plant.owner}: {plant.name}"]
    found, target = len(plants) - len(missed), TARGETS.get(language, MIN_FOUND)
    print(f"{language}: {found} of {len(plants)} planted names found (target {target} of 100)")
    print(f"  missed: {', '.join(missed) or 'none'}", flush=True)
    return found * 100 >= target * len(plants) and alarms <= MAX_FALSE * imports


def check(language: str, path: str, code: str, scene: Scene) -> tuple[AnswerFinding, ...]:
    """The findings of one file in the project."""
    file = GeneratedFile(path=path, language=language, role="source", content=code)
    return check_reality([file], [], Environment(project_dir=scene.project)).findings


if __name__ == "__main__":
    sys.exit(main())
