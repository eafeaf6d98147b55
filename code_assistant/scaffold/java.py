"""Java files of a scaffold, in Maven's layout. Its one rule: one public type per file, records for plain data."""

from __future__ import annotations

from collections.abc import Sequence

from code_assistant.scaffold import java_templates as templates
from code_assistant.scaffold.java_imports import imports_of
from code_assistant.scaffold.java_types import EXPECTED, IS_INVALID, MUST, SAMPLES, TYPES, value
from code_assistant.scaffold.layout import ScaffoldFile, about, bracketed, fill, squeeze
from code_assistant.scaffold.naming import camel, flat, kebab, pascal
from code_assistant.scaffold.outline import Operation, Outline
from code_assistant.scaffold.parameters import Parameter
from code_assistant.scaffold.vocabulary import LISTS


def files(outline: Outline, *, include_tests: bool) -> tuple[ScaffoldFile, ...]:
    """Return the types, each in its file, and a test where asked."""
    return _Writer(outline).files(include_tests)


class _Writer:
    """One request in Java."""

    def __init__(self, outline: Outline) -> None:
        self.outline = outline
        self.package = f"com.example.{flat(outline.subject, 'java')}"
        self.name = pascal(outline.subject)
        self.operation = camel(outline.operation.words, "java")
        self.names = [_name(entry) for entry in outline.parameters]
        self.is_spring = outline.libraries.has("spring", "spring-boot", "springboot", "spring-web", "spring-framework")

    def files(self, include_tests: bool) -> tuple[ScaffoldFile, ...]:
        found = [self._file(name, definition) for name, definition in self._types().items()]
        if include_tests:
            content = self._content(self._test())
            path = self._path("test", f"{self._subject()}Test")
            found.append(ScaffoldFile(path, "java", "test", content))
        return tuple(found)

    def _types(self) -> dict[str, str]:
        outline = self.outline
        if outline.kind == "endpoint":
            return self._endpoint()
        if outline.kind in ("model", "table"):
            head = _about(outline)
            methods = [self._method(operation) for operation in outline.operations]
            return {self.name: self._record(self.name, head, outline.parameters, "\n".join(methods))}
        return {self.name: self._class() if outline.kind == "class" else self._functions()}

    def _subject(self) -> str:
        return f"{self.name}Service" if self.outline.kind == "endpoint" else self.name

    def _path(self, role: str, name: str) -> str:
        return f"src/{role}/java/{self.package.replace('.', '/')}/{name}.java"

    def _file(self, name: str, definition: str) -> ScaffoldFile:
        return ScaffoldFile(self._path("main", name), "java", "source", self._content(definition))

    def _content(self, definition: str) -> str:
        return squeeze(
            fill(templates.FILE, package=self.package, imports=imports_of(definition), definition=definition)
        ).replace("\n\n}", "\n}")

    def _functions(self) -> str:
        operation, entries = self.outline.operation, self.outline.parameters
        checks = [_check(entry) for entry in entries]
        unit = f", {operation.unit}" if operation.unit else ""
        docs = [*_param_docs(entries, "   * "), f"   * @return the outcome{unit}"]
        docs += ["   * @throws IllegalArgumentException if an argument is not valid"] * any(checks)
        returns = operation.native or TYPES[operation.returns or "text"]
        signature = _call(f"public static {returns} {self.operation}(", _typed(entries), ") {")
        function = fill(
            templates.FUNCTION,
            title=operation.title,
            docs="\n".join(docs),
            signature=signature,
            validation="\n".join(filter(None, checks)),
            message=f'"not implemented: {self.operation}"',
        )
        main = f"{self._main()}" if self.outline.kind == "cli" else ""
        return fill(
            templates.FUNCTIONS,
            about=_about(self.outline),
            name=self.name,
            function=function,
            main="\n".join(f"  {line}" if line else "" for line in main.split("\n")),
        )

    def _main(self) -> str:
        values = [_from_argument(index, entry) for index, entry in enumerate(self.outline.parameters)]
        returns = TYPES[self.outline.operation.returns or "text"]
        call = _call(f"{returns} outcome = {self.operation}(", values, ");")
        return fill(templates.MAIN, call=call, program=kebab(self.outline.subject))

    def _class(self) -> str:
        entries = self.outline.parameters
        fields = [f"private final {typed};" for typed in _typed(entries)]
        checks = "\n".join(filter(None, map(_check, entries)))
        docs = _param_docs(entries, "   * ")
        docs += ["   * @throws IllegalArgumentException if an argument is not valid"] * bool(checks)
        accessors = [
            fill(templates.ACCESSOR, phrase=entry.phrase, type=TYPES[entry.type], name=_name(entry))
            for entry in entries
        ]
        methods = [self._method(operation) for operation in self.outline.operations]
        return fill(
            templates.CLASS,
            about=_about(self.outline),
            name=self.name,
            fields="\n".join(fields),
            docs="\n".join(docs),
            signature=_call(f"public {self.name}(", _typed(entries), ") {"),
            validation=checks,
            assignments="\n".join(f"this.{_name(entry)} = {_copied(entry)};" for entry in entries),
            accessors=_indented("\n".join(accessors)),
            methods=_indented("\n".join(methods)),
        )

    def _record(
        self, name: str, head: str, entries: tuple[Parameter, ...], methods: str = "", checked: bool = True
    ) -> str:
        checks = [_check(entry) for entry in entries] if checked else []
        checks += [f"{_name(entry)} = {_copied(entry)};" for entry in entries if entry.is_list]
        validation = "\n".join(filter(None, checks))
        return fill(
            templates.RECORD,
            about=head,
            docs="\n".join(_param_docs(entries, " * ")),
            methods=_indented(methods),
            signature=_call(f"public record {name}(", _typed(entries), ") {"),
            compact=fill(templates.COMPACT, name=name, validation=validation) if validation else "",
        )

    def _method(self, operation: Operation) -> str:
        returns = TYPES[operation.returns or "text"]
        return fill(templates.METHOD, title=operation.title, returns=returns, name=camel(operation.words, "java"))

    def _endpoint(self) -> dict[str, str]:
        outline, request, result = self.outline, f"{self.name}Request", f"{self.name}Result"
        service, controller = f"{self.name}Service", f"{self.name}Controller"
        types = {
            request: self._record(request, " * What the caller sends.", outline.parameters),
            result: self._record(result, " * What the caller is told.", outline.result, checked=False),
            service: fill(
                templates.SERVICE, about=_about(outline), name=service, title=outline.operation.title,
                annotation="@Service" if self.is_spring else "", operation=self.operation,
                signature=_call(f"public {result} {self.operation}(", [f"{request} request"], ") {"),
            ),
        }  # fmt: skip
        if self.is_spring:
            types[controller] = fill(
                templates.CONTROLLER,
                route=kebab(outline.subject),
                name=controller,
                service=service,
                result=result,
                request=request,
                operation=self.operation,
            )
        return types

    def _test(self) -> str:
        outline = self.outline
        lines = self._arranged(None, "")
        operation = outline.operation
        returns = operation.native or TYPES[operation.returns or "text"]
        expected = f"{returns} expected = {value(operation.native, EXPECTED[operation.returns or 'text'])};"
        act = _call(f"{returns} outcome = {self.name}.{self.operation}(", self.names, ");")
        if outline.kind == "endpoint":
            result, samples = f"{self.name}Result", [SAMPLES[entry.type] for entry in outline.result]
            lines.append(_call(f"var validRequest = new {self.name}Request(", self.names, ");"))
            expected = _call(f"var expected = new {result}(", samples, ");")
            act = f"var outcome = new {self.name}Service().{self.operation}(validRequest);"
        elif self._is_object():
            lines.append(_call(f"var underTest = new {self.name}(", self.names, ");"))
            act = f"{returns} outcome = underTest.{self.operation}();"
        return fill(
            templates.TEST,
            subject=self._subject(),
            name=self._subject(),
            operation=self.operation,
            arrange="\n".join(lines),
            expected=expected,
            act=act,
            assertion="assertArrayEquals" if operation.native.endswith("[]") else "assertEquals",
            refusal=self._refusal(),
        )

    def _is_object(self) -> bool:
        return self.outline.kind in ("class", "model", "table")

    def _arranged(self, refused: Parameter | None, bad: str) -> list[str]:
        entries = self.outline.parameters
        values = ["sample" if e.is_secret else value(e.native, SAMPLES[e.type]) for e in entries]
        values = [bad if e is refused else v for e, v in zip(self.outline.parameters, values, strict=True)]
        lines = [f"{typed} = {value};" for typed, value in zip(_typed(self.outline.parameters), values, strict=True)]
        return ['String sample = "example";', *lines] if "sample" in values else lines

    def _refusal(self) -> str:
        refused = next((entry for entry in self.outline.parameters if _check(entry)), None)
        if refused is None:
            return ""
        bad = {"text": '" "', "number": "Double.NaN", **dict.fromkeys(LISTS, "List.of()")}
        head = f"{self.name}.{self.operation}("
        if self.outline.kind == "endpoint" or self._is_object():
            head = f"new {self.name}{'Request' if self.outline.kind == 'endpoint' else ''}("
        act = _call(f"assertThrows(IllegalArgumentException.class, () -> {head}", self.names, "));")
        return fill(
            templates.REFUSAL,
            operation=self.operation,
            field=pascal(refused.words),
            arrange="\n".join(self._arranged(refused, bad.get(refused.type, "-1"))),
            act=act,
        )


_SPRING = ("spring", "spring-boot", "springboot", "spring-web", "spring-framework", "junit", "junit5", "junit-jupiter")


def _about(outline: Outline) -> str:
    return about(outline, " * ", *_SPRING).replace(" *\n * ", " *\n * <p>")


def _name(entry: Parameter) -> str:
    return camel(entry.words, "java")


def _typed(entries: Sequence[Parameter]) -> list[str]:
    return [f"{entry.native or TYPES[entry.type]} {_name(entry)}" for entry in entries]


def _param_docs(entries: Sequence[Parameter], mark: str) -> list[str]:
    return [f"{mark}@param {_name(entry)} the {entry.phrase}" for entry in entries]


def _check(entry: Parameter) -> str:
    name = _name(entry)
    if entry.is_given:
        return ""
    test = IS_INVALID.get(entry.type, "").format(name)
    must = MUST.get(entry.type, "")
    if entry.is_count:
        test, must = f"{test} || {name} < 0" if test else f"{name} < 0", "not be negative"
    return f'if ({test}) {{\n  throw new IllegalArgumentException("{name} must {must}");\n}}' if test else ""


def _copied(entry: Parameter) -> str:
    return f"List.copyOf({_name(entry)})" if entry.is_list else _name(entry)


def _from_argument(index: int, entry: Parameter) -> str:
    value = f"args[{index}]"
    rest = f"Arrays.stream(args).skip({index})"
    return {
        "text": f'args.length > {index} ? {value} : ""',
        "whole": f'Integer.parseInt(args.length > {index} ? {value} : "")',
        "number": f'Double.parseDouble(args.length > {index} ? {value} : "")',
        "flag": f'Arrays.asList(args).contains("--{kebab(entry.words)}")',
        "texts": f"{rest}.toList()",
        "numbers": f"{rest}.map(Double::valueOf).toList()",
        "wholes": f"{rest}.map(Integer::valueOf).toList()",
    }[entry.type]


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" if line else "" for line in text.rstrip("\n").split("\n"))


def _call(head: str, items: Sequence[str], tail: str) -> str:
    line = bracketed(head, items, tail, indent="    ")
    return line.replace(f",\n{tail}", tail) if "\n" in line else line
