"""Generated JavaScript and TypeScript held against projects: small real ones, written for the case."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import pytest

from code_assistant.project.packages.environment import Environment
from code_assistant.project.reality.judge import check_reality
from code_assistant.project.reality.report import RealityReport
from code_assistant.result import GeneratedFile

NOTHING = Environment()


def script(code: str, path: str = "app.ts") -> GeneratedFile:
    language = "typescript" if path.endswith((".ts", ".tsx")) else "javascript"
    return GeneratedFile(path=path, language=language, role="source", content=code)


def told(code: str, root: Path | None = None, path: str = "app.ts") -> list[str]:
    return names(check_reality([script(code, path)], [], Environment(project_dir=root)))


def names(report: RealityReport) -> list[str]:
    return [finding.message.split("`")[1] for finding in report.findings]


def write(root: Path, files: dict[str, object]) -> None:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")


@pytest.mark.parametrize(
    ("code", "libraries", "expected"),
    [
        ('import React from "react"; import "react-dom/client"; import x from "@tanstack/react-query"', ["react"], []),
        ('import fs from "node:fs"; import p from "path/posix"; const q = require("events")', [], []),
        (
            'import a from "./a"; import b from "@/b"; import c from "~/c"; import d from "#d"; import "https://x/y"',
            [],
            [],
        ),
        ('import x from "react-magic-hooks"', ["react"], ["react-magic-hooks"]),
        ('export * from "left-paddle"\nconst y = require("left-paddle/x")', [], ["left-paddle"]),
        ('const z = await import("super-mod")', [], ["super-mod"]),
        ('try { require("optional-mod") } catch {}', [], []),
        ('import x from "@acme/ui/button"', ["@acme/ui@2"], []),
        ('import * as T from "three"; import n from "next/link"', ["three.js", "Next.js@15"], []),
        ("const broken = (", [], []),
    ],
)
def test_javascript_imports_that_nobody_knows_are_warnings(
    code: str, libraries: list[str], expected: list[str]
) -> None:
    found = check_reality([script(code)], libraries, NOTHING).findings
    assert [finding.message.split("`")[1] for finding in found] == expected


def test_a_projects_own_packages_folders_and_aliases_are_known(tmp_path: Path) -> None:
    manifest = {"name": "@acme/site", "dependencies": {"rare-lib": "^1"}}
    (tmp_path / "package.json").write_text(json.dumps(manifest))
    (tmp_path / "tsconfig.json").write_text('{"compilerOptions": {"baseUrl": ".", "paths": {"lib/*": ["src/lib/*"]}}}')
    (tmp_path / "node_modules" / "@scope" / "deep").mkdir(parents=True)
    (tmp_path / "src" / "models").mkdir(parents=True)
    code = 'import a from "rare-lib"; import b from "@scope/deep/x"; import c from "lib/y"; import d from "models/z"\n'
    code += 'import e from "@acme/site"; import f from "lodash"'
    found = check_reality([script(code)], [], Environment(project_dir=tmp_path)).findings
    assert [finding.message.split("`")[1] for finding in found] == ["lodash"]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('import x = require("made-up");', ["made-up"]),
        ("const x = require(`made-up`); const y = require(`./${name}`)", ["made-up"]),
        ('function f() { const x = require("made-up") }', ["made-up"]),
        ('try { f(() => { require("made-up") }) } catch { require("made-up") }', []),
        ('export { a } from "made-up"; export const b = 1', ["made-up"]),
        ('import /* why */ a from "made-up"\n\nimport b from "made-too"', ["made-up", "made-too"]),
        ('require(/* why */ "made-up"); other("made-too"); a.b.require("made-too")', ["made-up"]),
    ],
)
def test_every_way_to_name_a_module_is_seen(code: str, expected: list[str]) -> None:
    assert told(code) == expected


def test_long_code_is_searched_for_its_imports() -> None:
    code = [
        'import a from "made-a";',
        "import {",
        "  b,",
        '} from "made-b";',
        'export * from "made-c";',
        'import "made-d";',
        'const e = require("made-e");',
        "try {",
        '  const f = require("made-f");',
        "} catch {}",
    ]
    padding = "const filler = 1;\n" * 5_000
    report = check_reality([script(padding + "\n".join(code))], [], NOTHING)
    assert [(finding.line - 5_000, name) for finding, name in zip(report.findings, names(report), strict=True)] == [
        (1, "made-a"),
        (4, "made-b"),
        (5, "made-c"),
        (6, "made-d"),
        (7, "made-e"),
    ]


@pytest.mark.parametrize(
    "shape",
    [
        'f(require("fs"), ',
        "import a from 'fs'\n",
        "require(",
        "import ",
        "} from ",
        "const a = ",
        "a.b",
        "try {",
        "[1,",
    ],
)
@pytest.mark.parametrize("chars", [49_000, 199_000])
def test_reading_imports_costs_no_more_than_the_length_of_the_code(shape: str, chars: int) -> None:
    code = "import 'fs'\n" + shape * (chars // len(shape))
    before = time.process_time()
    check_reality([script(code, "app.js")], [], NOTHING)
    assert time.process_time() - before < 5.0


PROJECT: dict[str, object] = {
    "package.json": {"name": "@acme/web", "dependencies": {"react": "^18"}, "workspaces": ["packages/*"]},
    "tsconfig.json": """{
      "extends": "./config/tsconfig.shared",
      "compilerOptions": {"paths": {
        // comment
        "@app/*": ["./src/app/*"],
        "tools": [
          "./src/tools"
        ]
      }}
    }""",
    "config/tsconfig.shared.json": {"extends": "../tsconfig.json", "compilerOptions": {"paths": {"@base/*": ["x/*"]}}},
    "vite.config.ts": "export default { resolve: { alias: { '@widgets': '/src/w', hooks: '/src/h' } } }",
    "packages/shared/package.json": {"name": "@acme/shared", "devDependencies": {"rare-tool": "1"}},
    "apps/group/shop/package.json": {"name": "shop-front"},
    "node_modules/hidden/deep/package.json": {"name": "not-ours"},
}


@pytest.mark.parametrize(
    ("source", "is_known"),
    [
        ("@app/z", True),
        ("@app/z/deep", True),
        ("@application/z", False),
        ("tools", True),
        ("tools/x", True),
        ("tools-x", False),
        ("@base/q", True),
        ("@widgets/button", True),
        ("hooks/use", True),
        ("@acme/web/sub", True),
        ("@acme/shared", True),
        ("@acme/other", False),
        ("shop-front", True),
        ("rare-tool", True),
        ("not-ours", False),
    ],
)
def test_aliases_and_the_packages_of_a_workspace_are_the_projects_own(
    tmp_path: Path, source: str, is_known: bool
) -> None:
    write(tmp_path, PROJECT)
    assert told(f'import x from "{source}"', tmp_path) == (
        [] if is_known else ["/".join(source.split("/")[: 2 if source.startswith("@") else 1])]
    )


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such pipes")
def test_a_pipe_in_the_place_of_a_configuration_is_not_waited_for(tmp_path: Path) -> None:
    write(tmp_path, {"package.json": {"dependencies": {"react": "1"}}})
    os.mkfifo(tmp_path / "tsconfig.json")
    assert told('import x from "made-up"', tmp_path) == ["made-up"]


INSTALLED = {
    "package.json": '{"name": "web", "dependencies": {"tea": "^2", "plain": "^1", "stars": "^1"}}',
    "node_modules/tea/package.json": '{"version": "2.1.0", "types": "./index.d.ts",'
    ' "exports": {".": "./index.js", "./pot": "./pot.js", "./cups/*": "./cups/*.js"}}',
    "node_modules/tea/index.d.ts": "export * from './leaf.js';\nexport {\n  brew,\n} from './brew';\n",
    "node_modules/tea/leaf.d.ts": "export interface Leaf { colour: string }\n",
    "node_modules/tea/brew.d.ts": "export declare function brew(minutes: number): void;\n",
    "node_modules/plain/package.json": '{"version": "1.0.0"}',
    "node_modules/plain/lib/one.js": "",
    "node_modules/stars/package.json": '{"version": "1.0.0", "types": "index.d.ts"}',
    "node_modules/stars/index.d.ts": "export * from 'elsewhere';\n",
}


@pytest.mark.parametrize(
    ("code", "named"),
    [
        ('import { brewing } from "tea";', ["brewing"]),
        ('import { brew, type Laef } from "tea";', ["Laef"]),
        ('export { steep as brew } from "tea";', ["steep"]),
        ('import pot from "tea/kettle";', ["tea/kettle"]),
        ('import two from "plain/lib/two";', ["plain/lib/two"]),
        ('import fs from "node:magic";', ["node:magic"]),
        ('import { createRequire } from "node:module";\nconst req = createRequire(import.meta.url);\nreq("nowhere");',
         ["nowhere"]),
        ('/** @jsxImportSource made-up-jsx */\nexport {};', ["made-up-jsx"]),
        ('/// <reference types="made-up-types" />\nexport {};', ["made-up-types"]),
        ('import brew, { type Leaf } from "tea";\nimport pot from "tea/pot";\nimport cup from "tea/cups/small";', []),
        ('import one from "plain/lib/one";\nimport { anything } from "plain";\nimport { any } from "stars";', []),
        ('import { it } from "node:test";\nimport { DatabaseSync } from "node:sqlite";', []),
        ('import("optional").then((m) => m.x).catch(() => null);\nimport("other").catch(() => null);', []),
        ('declare module "made-up" { export const x: number; }\ndeclare module "*.svg";\nimport { x } from "made-up";',
         []),
    ],
)  # fmt: skip
def test_an_installed_package_is_asked_for_its_names_and_paths(tmp_path: Path, code: str, named: list[str]) -> None:
    for name, text in INSTALLED.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    file = GeneratedFile(path="app.ts", language="typescript", role="source", content=code)
    found = check_reality([file], [], Environment(project_dir=tmp_path)).findings
    assert len(found) == len(named)
    assert all(f"`{name}`" in finding.message for name, finding in zip(named, found, strict=True))
