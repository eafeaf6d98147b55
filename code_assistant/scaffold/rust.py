"""Rust files of a scaffold: a library crate. Its one rule: a failure is a value, nothing panics."""

from __future__ import annotations

from collections.abc import Sequence

from code_assistant.scaffold import rust_templates as templates
from code_assistant.scaffold.layout import ScaffoldFile, about, bracketed, fill, squeeze
from code_assistant.scaffold.naming import kebab, pascal, snake
from code_assistant.scaffold.outline import Operation, Outline
from code_assistant.scaffold.parameters import Parameter
from code_assistant.scaffold.vocabulary import LISTS

_TYPES = {
    "text": "String",
    "whole": "i64",
    "number": "f64",
    "flag": "bool",
    "texts": "Vec<String>",
    "numbers": "Vec<f64>",
    "wholes": "Vec<i64>",
}
_BORROWED = {**_TYPES, "text": "&str", "texts": "&[String]", "numbers": "&[f64]", "wholes": "&[i64]"}
SAMPLES = {
    "text": '"example".to_owned()',
    "whole": "3",
    "number": "2.5",
    "flag": "true",
    "texts": 'vec!["first".to_owned(), "second".to_owned()]',
    "numbers": "vec![1.0, 2.0]",
    "wholes": "vec![1, 2]",
}
_EXPECTED = {**SAMPLES, "text": '"the expected outcome".to_owned()'}
_IS_INVALID = {
    "text": "{0}.trim().is_empty()",
    "number": "!{0}.is_finite()",
    "texts": "{0}.is_empty()",
    "numbers": "{0}.is_empty()",
    "wholes": "{0}.is_empty()",
}
_MUST = {"text": "not be blank", "number": "be a finite number", **dict.fromkeys(LISTS, "not be empty")}
_EMPTY = {"text": '" ".to_owned()', "number": "f64::NAN", **dict.fromkeys(LISTS, "Vec::new()")}


def files(outline: Outline, *, include_tests: bool) -> tuple[ScaffoldFile, ...]:
    """Return the library, the program for a command line, and a test where asked."""
    writer = _Writer(outline)
    found = [ScaffoldFile("src/lib.rs", "rust", "source", writer.library())]
    if outline.kind == "cli":
        found.append(ScaffoldFile("src/main.rs", "rust", "source", writer.main()))
    if include_tests:
        found.append(ScaffoldFile(f"tests/{writer.crate_name}.rs", "rust", "test", writer.test()))
    return tuple(found)


class _Writer:
    """One request in Rust."""

    def __init__(self, outline: Outline) -> None:
        self.outline = outline
        self.crate_name = crate_name(outline)
        self.operation = snake(outline.operation.words, "rust")
        self.names = [_name(entry) for entry in outline.parameters]
        self.is_struct = outline.kind in ("class", "model", "table")
        self.is_endpoint = outline.kind == "endpoint"
        self.type = f"{pascal(outline.subject)}{'Request' if self.is_endpoint else ''}"
        self.error = f"{pascal(outline.subject)}Error"
        self.has_axum = self.is_endpoint and outline.libraries.has("axum")
        self.has_serde = self.has_axum or outline.libraries.has("serde")

    def library(self) -> str:
        outline = self.outline
        imports = ["use std::fmt;"]
        if self.has_axum:
            imports += ["", "use axum::http::StatusCode;", "use axum::routing::post;", "use axum::{Json, Router};"]
        if self.has_serde and (self.is_struct or self.is_endpoint):
            imports += [*([] if self.has_axum else [""]), "use serde::{Deserialize, Serialize};"]
        if self.is_endpoint:
            definitions = self._endpoint()
        elif self.is_struct:
            head = self._struct(self.type, f"{outline.title}.", outline.parameters)
            definitions = f"{head}\n{self._impl(outline.operations)}"
        else:
            definitions = self._function()
        used = ("axum" if self.has_axum else "", "serde" if self.is_struct or self.is_endpoint else "")
        return squeeze(
            fill(
                templates.LIB,
                about=about(outline, "//! ", *used),
                imports="\n".join(imports),
                definitions=definitions,
                error=fill(templates.ERROR, error=self.error),
            )
        )

    def _function(self) -> str:
        operation, entries = self.outline.operation, self.outline.parameters
        checks = [self._check(entry, _name(entry)) for entry in entries]
        pairs = zip(self.names, entries, checks, strict=True)
        unused = [f'format!("{{{n}:?}}")' if e.is_given else f"{n}.to_string()" for n, e, check in pairs if not check]
        message = f'"{self.operation}".to_owned()'
        if unused:
            checks.append(_call("let given = [", unused, '].join(", ");'))
            message = f'format!("{self.operation} with {{given}}")'
        typed = [f"{_name(entry)}: {entry.native or _BORROWED[entry.type]}" for entry in entries]
        owned = "" if operation.native.startswith("&") else operation.native
        returns = f"Result<{owned or _TYPES[operation.returns or 'text']}, {self.error}>"
        return fill(
            templates.FUNCTION,
            title=operation.title,
            error=self.error,
            message=message,
            signature=_call(f"pub fn {self.operation}(", typed, f") -> {returns} {{"),
            validation="\n".join(filter(None, checks)),
        )

    def _check(self, entry: Parameter, value: str) -> str:
        if entry.is_given:
            return ""
        test, must = _IS_INVALID.get(entry.type, "").format(value), _MUST.get(entry.type, "")
        if entry.is_count:
            zero = "0.0" if entry.type == "number" else "0"
            test, must = f"{test} || {value} < {zero}" if test else f"{value} < {zero}", "not be negative"
        if not test:
            return ""
        head = f"if {test} {{\n    return Err({self.error}::Invalid("
        message = f'"{entry.phrase} must {must}".to_owned()'
        return (
            f"{head}\n        {message},\n    ));\n}}" if len(head) + len(message) > 110 else f"{head}{message}));\n}}"
        )

    def _struct(self, name: str, title: str, entries: Sequence[Parameter]) -> str:
        derives = "Debug, Clone, PartialEq" + (", Serialize, Deserialize" if self.has_serde else "")
        fields = [f"/// The {entry.phrase}.\npub {_name(entry)}: {_TYPES[entry.type]}," for entry in entries]
        return fill(templates.STRUCT, title=title, name=name, derives=derives, fields="\n".join(fields))

    def _impl(self, operations: Sequence[Operation]) -> str:
        checks = "\n".join(filter(None, (self._check(e, f"self.{_name(e)}") for e in self.outline.parameters)))
        check = fill(templates.CHECK, error=self.error, validation=checks) if checks else ""
        methods = [self._method(operation) for operation in operations]
        if not check and not methods:
            return ""
        return fill(templates.IMPL, name=self.type, check=check, methods="\n".join(methods)).replace("\n\n}\n", "\n}\n")

    def _method(self, operation: Operation) -> str:
        name = snake(operation.words, "rust")
        tail = f") -> Result<{_TYPES[operation.returns or 'text']}, {self.error}> {{"
        signature = _call(f"pub fn {name}(", ["&self"], tail)
        return fill(templates.METHOD, title=operation.title, signature=signature, error=self.error, name=name)

    def _endpoint(self) -> str:
        outline, request, result = self.outline, self.type, f"{pascal(self.outline.subject)}Result"
        impl = self._impl(())
        operation = fill(
            templates.FUNCTION,
            title=outline.operation.title,
            error=self.error,
            signature=_call(
                f"pub fn {self.operation}(", [f"request: &{request}"], f") -> Result<{result}, {self.error}> {{"
            ),
            validation="request.check_fields()?;" if impl else "",
            message=f'"{self.operation}".to_owned()' if impl else f'format!("{self.operation} for {{request:?}}")',
        )
        values = {"request": request, "result": result, "error": self.error, "operation": self.operation}
        parts = [
            self._struct(request, "What the caller sends.", outline.parameters),
            impl,
            self._struct(result, "What the caller is told.", outline.result),
            operation,
            fill(templates.AXUM, route=kebab(outline.subject), **values) if self.has_axum else "",
        ]
        return "\n".join(filter(None, parts))

    def main(self) -> str:
        entries = self.outline.parameters
        values = [_passed(entry) for entry in entries]
        return fill(
            templates.MAIN,
            crate_name=self.crate_name,
            operation=self.operation,
            program=kebab(self.outline.subject),
            parsing="\n".join(map(_parsing, entries)),
            call=_call(f"let outcome = {self.operation}(", values, ")?;"),
        )

    def test(self) -> str:
        outline = self.outline
        lines = self._arranged(None)
        expected = f"let expected = {_EXPECTED[outline.operation.returns or 'text']};"
        used = [self.operation]
        act = self._act()
        if self.is_endpoint:
            result = f"{pascal(outline.subject)}Result"
            used += [self.type, result]
            fields = [f"{_name(entry)}: {SAMPLES[entry.type]}" for entry in outline.result]
            expected = _literal(f"let expected = {result} {{", fields)
        elif self.is_struct:
            used = [self.type]
        refusal = self._refusal()
        used += [self.error] * bool(refusal)
        names = sorted(used, key=lambda name: (name[0].islower(), name))
        imports = (
            _call(f"use {self.crate_name}::{{", names, "};") if len(used) > 1 else f"use {self.crate_name}::{used[0]};"
        )
        return squeeze(
            fill(
                templates.TEST,
                crate_name=self.crate_name,
                operation=self.operation,
                imports=imports,
                arrange="\n".join(lines),
                expected=expected,
                act=act,
                refusal=refusal,
            )
        )

    def _act(self) -> str:
        if self.is_endpoint:
            return f"let outcome = {self.operation}(&valid_request);"
        if self.is_struct:
            return f"let outcome = under_test.{self.operation}();"
        values = [_passed(entry) for entry in self.outline.parameters]
        return _call(f"let outcome = {self.operation}(", values, ");")

    def _arranged(self, refused: Parameter | None) -> list[str]:
        entries = self.outline.parameters
        values = ["sample" if entry.is_secret else SAMPLES[entry.type] for entry in entries]
        values = [_EMPTY.get(e.type, "-1") if e is refused else v for e, v in zip(entries, values, strict=True)]
        secrets = values.count("sample")
        lines = ['let sample = "example".to_owned();'] if secrets else []
        values = [f"{v}.clone()" if v == "sample" and secrets > 1 else v for v in values]
        if not self.is_struct and not self.is_endpoint:
            return lines + [f"let {name} = {value};" for name, value in zip(self.names, values, strict=True)]
        fields = [f"{name}: {value}" for name, value in zip(self.names, values, strict=True)]
        name = "refused" if refused else "under_test" if self.is_struct else "valid_request"
        return [*lines, _literal(f"let {name} = {self.type} {{", fields)]

    def _refusal(self) -> str:
        refused = next((entry for entry in self.outline.parameters if self._check(entry, "value")), None)
        if refused is None:
            return ""
        act = "let outcome = refused.check_fields();" if self.is_struct or self.is_endpoint else self._act()
        return fill(
            templates.REFUSAL,
            operation=self.operation,
            field=_name(refused),
            error=self.error,
            act=act,
            arrange="\n".join(self._arranged(refused)),
        )


def crate_name(outline: Outline) -> str:
    """The name that the crate must have for its test to find it."""
    return snake(outline.subject, "rust")


def _name(entry: Parameter) -> str:
    return snake(entry.words, "rust")


def _passed(entry: Parameter) -> str:
    """The value as the function takes it: texts and lists are lent where the signature does not say otherwise."""
    is_lent = entry.native.startswith("&") if entry.native else entry.type in ("text", *LISTS)
    return f"{'&' * is_lent}{_name(entry)}"


def _parsing(entry: Parameter) -> str:
    name = _name(entry)
    if entry.type == "text":
        return f"let {name} = given.next().cloned().unwrap_or_default();"
    if entry.type == "texts":
        return f"let {name}: Vec<String> = given.by_ref().cloned().collect();"
    if entry.type in ("numbers", "wholes"):
        item = _TYPES[LISTS[entry.type]]
        return (
            f"let {name} = given.by_ref().map(|argument| argument.parse::<{item}>()).collect::<Result<Vec<_>, _>>()?;"
        )
    return f'let {name}: {_TYPES[entry.type]} = given.next().map_or("", String::as_str).parse()?;'


def _literal(head: str, fields: Sequence[str]) -> str:
    return bracketed(head, fields, "};", indent="    ", pad=" ")


def _call(head: str, items: Sequence[str], tail: str) -> str:
    return bracketed(head, items, tail, indent="    ")
