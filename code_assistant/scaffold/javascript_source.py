"""The source of a JavaScript or TypeScript scaffold. Its one rule: one template makes both, only types differ."""

from __future__ import annotations

from collections.abc import Sequence

from code_assistant.scaffold import javascript_templates as text
from code_assistant.scaffold.layout import MAX_LINE_CHARS, about, bracketed, fill, squeeze
from code_assistant.scaffold.naming import camel, kebab, pascal
from code_assistant.scaffold.outline import Operation, Outline
from code_assistant.scaffold.parameters import Parameter
from code_assistant.scaffold.wording import spoken

TYPES = {
    "text": "string",
    "whole": "number",
    "number": "number",
    "flag": "boolean",
    "texts": "string[]",
    "numbers": "number[]",
    "wholes": "number[]",
}
SAMPLES = {
    "text": '"example"',
    "whole": "3",
    "number": "2.5",
    "flag": "true",
    "texts": '["first", "second"]',
    "numbers": "[1, 2]",
    "wholes": "[1, 2]",
}
_IS_INVALID = {
    "text": 'typeof {0} !== "string" || {0}.trim() === ""',
    "whole": "!Number.isInteger({0})",
    "number": "!Number.isFinite({0})",
    "flag": 'typeof {0} !== "boolean"',
    "texts": "!Array.isArray({0}) || {0}.length === 0",
    "numbers": "!Array.isArray({0}) || {0}.length === 0",
    "wholes": "!Array.isArray({0}) || {0}.length === 0",
}
_IS_INVALID_BODY = {
    **_IS_INVALID,
    "whole": 'typeof {0} !== "number" || !Number.isInteger({0})',
    "number": 'typeof {0} !== "number" || !Number.isFinite({0})',
    "texts": '!Array.isArray({0}) || !{0}.every((item) => typeof item === "string")',
    "numbers": '!Array.isArray({0}) || !{0}.every((item) => typeof item === "number")',
    "wholes": "!Array.isArray({0}) || !{0}.every((item) => Number.isInteger(item))",
}
"""For a value of which nothing is known, in a form that TypeScript narrows by."""
_IS_INVALID_TYPED = {
    "text": '{0}.trim() === ""',
    "whole": "!Number.isInteger({0})",
    "number": "!Number.isFinite({0})",
    "texts": "{0}.length === 0",
    "numbers": "{0}.length === 0",
    "wholes": "{0}.length === 0",
}
_MUST = {
    "text": "a text that is not blank",
    "whole": "a whole number",
    "number": "a finite number",
    "flag": "true or false",
    "texts": "a list of texts",
    "numbers": "a list of numbers",
    "wholes": "a list of whole numbers",
}


def is_react(outline: Outline) -> bool:
    return outline.kind in ("component", "page") and outline.libraries.has("react", "next", "preact")


def is_record(outline: Outline) -> bool:
    return outline.kind in ("class", "model", "table")


class SourceWriter:
    """One request in one of the two languages."""

    def __init__(self, outline: Outline, typed: bool) -> None:
        self.outline, self.typed = outline, typed
        self.names = [self._name(entry) for entry in outline.parameters]
        self.operation = camel(outline.operation.words, "typescript")
        self.type_name = pascal(outline.subject)

    @property
    def checks_table(self) -> dict[str, str]:
        """What makes an argument invalid: types need no test where a compiler checks them."""
        return _IS_INVALID_TYPED if self.typed else _IS_INVALID

    def module(self) -> str:
        """Return the text of the source file."""
        outline = self.outline
        is_express = outline.kind == "endpoint" and outline.libraries.has("express")
        imports = 'import { Router, json } from "express";' if is_express else ""
        if outline.kind == "endpoint":
            definitions = self._endpoint(is_express)
        elif is_record(outline):
            definitions = self._class()
        else:
            definitions = self._function()
            definitions += f"\n{self._component()}" if is_react(outline) else ""
        if outline.kind == "cli":
            imports = 'import process from "node:process";\nimport { pathToFileURL } from "node:url";'
            definitions += f"\n{self._main()}"
        used = ("react" if is_react(outline) else "", "express" if is_express else "", "vitest", "typescript")
        return squeeze(fill(text.MODULE, about=about(outline, " * ", *used), imports=imports, definitions=definitions))

    def _name(self, entry: Parameter) -> str:
        return camel(entry.words, "typescript")

    def _type(self, name: str) -> str:
        return f": {name}" if self.typed else ""

    def _doc_type(self, name: str) -> str:
        return "" if self.typed else f"{{{name}}} "

    def _checks(self, entries: tuple[Parameter, ...], table: dict[str, str], prefix: str = "") -> str:
        return "\n".join(filter(None, (self._check(entry, table, prefix) for entry in entries)))

    def _check(self, entry: Parameter, table: dict[str, str], prefix: str = "") -> str:
        value = f"{prefix}{self._name(entry)}"
        test = "" if entry.is_given else table.get(entry.type, "").format(value)
        test += f" || {value} < 0" if entry.is_count else ""
        if not test:
            return ""
        if prefix:
            test = f'!("{self._name(entry)}" in body) || {test}'
        if len(test) > MAX_LINE_CHARS:
            test = "\n  " + test.replace(" || ", " ||\n  ") + "\n"
        must = f"{_MUST[entry.type]}{' of 0 or more' if entry.is_count else ''}"
        return f'if ({test}) {{\n  throw new TypeError("{self._name(entry)} must be {must}");\n}}'

    def _typed_names(self) -> list[str]:
        pairs = zip(self.names, self.outline.parameters, strict=True)
        return [f"{name}{self._type(entry.native or TYPES[entry.type])}" for name, entry in pairs]

    def _param_docs(self, mark: str = " * ", prefix: str = "") -> list[str]:
        pairs = zip(self.names, self.outline.parameters, strict=True)
        return [
            f"{mark}@param {self._doc_type(TYPES[entry.type])}{prefix}{name} - The {entry.phrase}{_limit(entry)}."
            for name, entry in pairs
        ]

    def _function(self) -> str:
        operation = self.outline.operation
        table = self.checks_table
        checks = [self._check(entry, table) for entry in self.outline.parameters]
        unused = [name for name, check in zip(self.names, checks, strict=True) if not check]
        has_checks = any(checks)
        message = f'"not implemented: {self.operation}"'
        if unused:
            checks.append(called("const given = [", unused, '].join(", ");'))
            message = f'"not implemented: {self.operation}, given " + given'
        returns = operation.native or TYPES[operation.returns or "text"]
        unit = f", {operation.unit}" if operation.unit else ""
        docs = [*self._param_docs(), f" * @returns {self._doc_type(returns)}The outcome{unit}."]
        docs += [" * @throws {TypeError} An argument is not valid."] if has_checks else []
        docs += [" * @throws {Error} Always, until the body is written."]
        generics = f"<{', '.join(self.outline.type_parameters)}>" if self.outline.type_parameters and self.typed else ""
        head = f"export function {self.operation}{generics}("
        signature = called(head, self._typed_names(), f"){self._type(returns)} {{")
        return fill(
            text.FUNCTION,
            title=operation.title,
            docs="\n".join(docs),
            signature=signature,
            validation="\n".join(filter(None, checks)),
            message=message,
        )

    def _class(self) -> str:
        fields = [f"{name}: {TYPES[e.type]};" for name, e in zip(self.names, self.outline.parameters, strict=True)]
        table = self.checks_table
        validation = self._checks(self.outline.parameters, table)
        docs = self._param_docs("   * ") + ["   * @throws {TypeError} An argument is not valid."] * bool(validation)
        freeze = ["Object.freeze(this);"] if self.outline.kind == "model" else []
        return fill(
            text.CLASS,
            title=f"{self.outline.title}.",
            name=self.type_name,
            docs="\n".join(docs),
            fields="\n".join(f"readonly {field}" for field in fields) if self.typed else "",
            signature=called("constructor(", self._typed_names(), ") {"),
            validation=validation,
            assignments="\n".join([*(f"this.{name} = {name};" for name in self.names), *freeze]),
            methods="\n".join(self._method(operation) for operation in self.outline.operations).rstrip(),
        )

    def _method(self, operation: Operation) -> str:
        returns = TYPES[operation.returns or "text"]
        return fill(
            text.METHOD,
            title=operation.title,
            type_doc=self._doc_type(returns),
            returns=self._type(returns),
            name=camel(operation.words, "typescript"),
            class_name=self.type_name,
        )

    def _shape(self, name: str, title: str, entries: tuple[Parameter, ...]) -> str:
        if self.typed:
            fields = "\n".join(f"  readonly {self._name(entry)}: {TYPES[entry.type]};" for entry in entries)
            return f"/** {title} */\nexport interface {name} {{\n{fields}\n}}\n"
        fields = "\n".join(f" * @property {{{TYPES[e.type]}}} {self._name(e)} - The {e.phrase}." for e in entries)
        return f"/**\n * {title}\n *\n * @typedef {{object}} {name}\n{fields}\n */\n"

    def _endpoint(self, is_express: bool) -> str:
        outline, request, result = self.outline, f"{self.type_name}Request", f"{self.type_name}Result"
        docs = [
            f" * @param {self._doc_type(request)}request - What the caller sends, already valid.",
            f" * @returns {self._doc_type(result)}What the caller is told.",
            " * @throws {Error} Always, until the body is written.",
        ]
        operation = fill(
            text.FUNCTION,
            title=outline.operation.title,
            docs="\n".join(docs),
            validation="",
            signature=called(
                f"export function {self.operation}(", [f"request{self._type(request)}"], f"){self._type(result)} {{"
            ),
            message=f'"not implemented: {self.operation} with " + String(Object.keys(request))',
        )
        parse = fill(
            text.PARSE,
            unknown=self._doc_type("unknown"),
            returned=self._doc_type(request),
            request=request,
            signature=called(
                f"export function parse{request}(", [f"body{self._type('unknown')}"], f"){self._type(request)} {{"
            ),
            validation=self._checks(outline.parameters, _IS_INVALID_BODY, "body."),
            fields=braced("return {", [f"{name}: body.{name}" for name in self.names], "};"),
        )
        parts = [
            self._shape(request, "What the caller sends.", outline.parameters),
            self._shape(result, "What the caller is told.", outline.result),
            parse,
            operation,
        ]
        if is_express:
            router = camel((*outline.subject, "router"))
            doc = f"/** Answers POST /{kebab(outline.subject)}. */\n"
            route = {"route": kebab(outline.subject), "request": request, "operation": self.operation}
            parts.append(doc + fill(text.ROUTE, router=router, **route))
        return "\n".join(parts)

    def _component(self) -> str:
        props = f"{self.type_name}Props"
        shape = self._shape(props, "What is shown.", self.outline.parameters) if self.typed else ""
        docs = [f" * @param {self._doc_type('object')}props - What is shown.", *self._param_docs(" * ", "props.")]
        element = 'import("react").JSX.Element'
        docs.append(f" * @returns {self._doc_type(element)}The element.")
        head = f"export function {self.type_name}({{"
        call = called(f"{self.operation}(", self.names, ")")
        return f"{shape}\n" + fill(
            text.COMPONENT,
            phrase=spoken(self.outline.subject),
            docs="\n".join(docs),
            signature=braced(head, self.names, f"}}{self._type(props)}) {{"),
            slug=kebab(self.outline.subject),
            heading=self.outline.title,
            call=f"const description = {call};",
        )

    def _main(self) -> str:
        values = [self._from_argument(index, entry) for index, entry in enumerate(self.outline.parameters)]
        return fill(
            text.MAIN,
            strings=self._doc_type("string[]"),
            number=self._doc_type("number"),
            strings_type=self._type("readonly string[]"),
            number_type=self._type("number"),
            call=called(f"const outcome = {self.operation}(", values, ");"),
            program=kebab(self.outline.subject),
        )

    def _from_argument(self, index: int, entry: Parameter) -> str:
        return {
            "text": f'args[{index}] ?? ""',
            "flag": f'args.includes("--{kebab(entry.words)}")',
            "texts": f"args.slice({index})",
            "numbers": f"args.slice({index}).map(Number)",
            "wholes": f"args.slice({index}).map(Number)",
        }.get(entry.type, f"Number(args[{index}])")


def _limit(entry: Parameter) -> str:
    return "" if entry.is_given else f": {_MUST[entry.type]}"


def braced(head: str, items: Sequence[str], tail: str) -> str:
    return bracketed(head, items, tail, indent="  ", pad=" ")


def called(head: str, items: Sequence[str], tail: str) -> str:
    return bracketed(head, items, tail, indent="  ")
