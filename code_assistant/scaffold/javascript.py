"""JavaScript and TypeScript files of a scaffold, and their test. Its one rule: the test runs without a build step."""

from __future__ import annotations

from code_assistant.scaffold import javascript_templates as text
from code_assistant.scaffold.javascript_middleware import is_middleware, middleware_test
from code_assistant.scaffold.javascript_middleware import source as middleware_source
from code_assistant.scaffold.javascript_source import (
    SAMPLES,
    TYPES,
    SourceWriter,
    braced,
    called,
    is_react,
    is_record,
)
from code_assistant.scaffold.layout import ScaffoldFile, fill, squeeze
from code_assistant.scaffold.naming import kebab
from code_assistant.scaffold.outline import Outline
from code_assistant.scaffold.parameters import Parameter
from code_assistant.scaffold.vocabulary import LISTS

_EXPECTED = {**SAMPLES, "text": '"the expected outcome"'}


def files(outline: Outline, *, include_tests: bool) -> tuple[ScaffoldFile, ...]:
    """Return the JavaScript module, and its test where asked."""
    return _files(outline, "javascript", include_tests)


def typescript_files(outline: Outline, *, include_tests: bool) -> tuple[ScaffoldFile, ...]:
    """Return the TypeScript module, and its test where asked."""
    return _files(outline, "typescript", include_tests)


def _files(outline: Outline, language: str, include_tests: bool) -> tuple[ScaffoldFile, ...]:
    typed = language == "typescript"
    # .mjs runs in every Node without a package.json that says "module".
    source, imported, test = (".ts", ".js", ".test.ts") if typed else (".mjs", ".mjs", ".test.mjs")
    if is_react(outline):
        source, imported, test = (".tsx", ".js", ".test.ts") if typed else (".jsx", ".jsx", ".test.mjs")
    module = kebab(outline.subject)
    is_handed_on = is_middleware(outline)
    code = middleware_source(outline, typed) if is_handed_on else SourceWriter(outline, typed).module()
    found = [ScaffoldFile(f"{module}{source}", language, "source", code)]
    if include_tests:
        if is_handed_on:
            content = middleware_test(outline, typed, module, f"{module}{imported}")
        else:
            content = squeeze(_TestWriter(outline, typed).test(module, f"{module}{imported}"))
        found.append(ScaffoldFile(f"{module}{test}", language, "test", content))
    return tuple(found)


class _TestWriter(SourceWriter):
    """The test of one request in one of the two languages."""

    def test(self, module: str, target: str) -> str:
        outline = self.outline
        lines = self._arranged(None, "")
        expected, imported = _EXPECTED[outline.operation.returns or "text"], [self.operation]
        act = called(f"const outcome = {self.operation}(", self.names, ");")
        if outline.kind == "endpoint":
            imported.append(f"parse{self.type_name}Request")
            act = braced(f"const outcome = {self.operation}({{", self.names, "});")
            expected = braced("{", [f"{self._name(e)}: {SAMPLES[e.type]}" for e in outline.result], "}")
        elif is_record(outline):
            imported, act = [self.type_name], f"const outcome = underTest.{self.operation}();"
            lines.append(called(f"const underTest = new {self.type_name}(", self.names, ");"))
        return fill(
            text.TEST,
            module=module,
            operation=self.operation,
            imported=braced("import {", imported, f'}} from "./{target}";'),
            runner="vitest" if outline.libraries.has("vitest") else "node:test",
            arrange="\n".join(lines),
            expected=f"const expected = {expected};",
            act=act,
            refusal=self._refusal(),
        )

    def _sample(self, entry: Parameter) -> str:
        # A literal beside the name of a secret would look like a secret in the code.
        return "sample" if entry.is_secret else SAMPLES[entry.type]

    def _arranged(self, refused: Parameter | None, bad: str, *, typed: bool = True) -> list[str]:
        entries = self.outline.parameters
        values = [bad if entry is refused else self._sample(entry) for entry in entries]
        kinds = [self._type(TYPES[entry.type]) if typed and entry is refused else "" for entry in entries]
        lines = [f"const {n}{kind} = {value};" for n, kind, value in zip(self.names, kinds, values, strict=True)]
        return ['const sample = "example";', *lines] if "sample" in values else lines

    def _refusal(self) -> str:
        entries = self.outline.parameters
        table = self.checks_table
        refused = next((entry for entry in entries if self._check(entry, table)), None)
        if refused is None:
            return ""
        bad = {"text": '" "', **dict.fromkeys(LISTS, "[]"), "flag": '"yes"'}.get(refused.type, "Number.NaN")
        lines = self._arranged(refused, bad)
        head, tail = f"{self.operation}(", ")"
        if self.outline.kind == "endpoint":
            bad = '" "' if refused.type == "text" else "null"
            lines = self._arranged(refused, bad, typed=False)
            head, tail = f"parse{self.type_name}Request({{", "})"
        elif is_record(self.outline):
            head = f"new {self.type_name}("
        join = braced if head.endswith("{") else called
        act = join(f"assert.throws(() => {head}", self.names, f"{tail}, TypeError);")
        return fill(text.REFUSAL, operation=self.operation, field=refused.phrase, arrange="\n".join(lines), act=act)
