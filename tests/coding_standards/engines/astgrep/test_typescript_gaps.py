"""Valid TypeScript that the grammar misjudges is not reported; broken code beside it still is."""

from __future__ import annotations

import pytest

from coding_standards.engines.astgrep import engine as astgrep
from coding_standards.engines.source import Source
from coding_standards.languages import find_language

TYPESCRIPT = find_language("typescript")
VALID = [
    "const Box = styled.div<{ open: boolean }>`\n  color: red;\n`;\n",
    "export const Box = styled(Flex)<Props>`color: ${colour};`;\n",
    "interface Source<in A> {\n  put(value: A): void;\n}\n",
    "interface Ref<in out A, out B> {\n  a: A;\n  b: B;\n}\n",
    "class Api<out Name extends string, out Key = unknown> {}\n",
    "interface Source<out A extends string> {\n  a: A;\n}\n",
    "type Map<in out A extends string = 'x', out B = A> = (a: A) => B;\n",
    "export type * from './orders';\n",
    "interface Call {\n  (value: string): string\n  /** Typed. */\n  <T>(value: T): T\n  (): void\n}\n",
]
BROKEN = [
    "const Box = styled.div<{ open: boolean }>`\n  color: red;\n",
    "const Box = styled.div<{ open: boolean `color`;\n",
    "interface Source<A B> {\n  put(value: A): void;\n}\n",
    "interface Source<A B extends string> {\n  a: A;\n}\n",
    "interface Source<in A {\n  put(value: A): void;\n}\n",
    "export type * from ;\n",
    "export type from './orders';\n",
    "const x = a<b>;\nconst y = (;\n",
    "interface Call {\n  (value: string): string\n  <T>(value: T: T\n}\n",
    "const a = b +\n(;\nfoo(\n",
]


@pytest.mark.parametrize("code", VALID)
@pytest.mark.parametrize("path", ["a.ts", "a.tsx"])
def test_valid_code_beyond_the_grammar_is_accepted(code: str, path: str) -> None:
    assert astgrep.syntax(Source(code, TYPESCRIPT, path)).findings == ()


@pytest.mark.parametrize("code", BROKEN)
@pytest.mark.parametrize("path", ["a.ts", "a.tsx"])
def test_broken_code_that_looks_like_it_is_still_refused(code: str, path: str) -> None:
    assert astgrep.syntax(Source(code, TYPESCRIPT, path)).findings != ()


@pytest.mark.parametrize("code", ["export default function (): string;\n", "global {\n  interface Shop {}\n}\n"])
def test_what_the_grammar_dislikes_in_a_file_of_declarations_is_a_doubt(code: str) -> None:
    in_declarations = astgrep.syntax(Source(code, TYPESCRIPT, "types/shop.d.ts")).findings
    assert in_declarations
    assert all(finding.soft for finding in in_declarations)
    assert not any(finding.soft for finding in astgrep.syntax(Source(code, TYPESCRIPT, "shop.ts")).findings)
