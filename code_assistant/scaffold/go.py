"""Go files of a scaffold. Its one rule: what gofmt prints, and errors as values."""

from __future__ import annotations

import re
from collections.abc import Sequence

from code_assistant.scaffold import go_templates as templates
from code_assistant.scaffold.go_types import EXPECTED, IS_INVALID, MUST, SAMPLES, TYPES, ZEROS, value
from code_assistant.scaffold.layout import ScaffoldFile, about, bracketed, fill, squeeze
from code_assistant.scaffold.naming import Words, camel, flat, kebab, pascal, snake
from code_assistant.scaffold.outline import Outline
from code_assistant.scaffold.parameters import Parameter
from code_assistant.scaffold.vocabulary import LISTS
from code_assistant.scaffold.wording import does, spoken

_INITIALISMS = frozenset(
    ["api", "css", "html", "http", "https", "id", "ip", "json", "sql", "ui", "uri", "url", "uuid", "xml"]
)
_PACKAGES = (
    "context",
    "encoding/json",
    "errors",
    "fmt",
    "io",
    "log",
    "math",
    "net/http",
    "os",
    "reflect",
    "strconv",
    "strings",
    "testing",
)


def files(outline: Outline, *, include_tests: bool) -> tuple[ScaffoldFile, ...]:
    """Return the file of the package, and its test where asked."""
    writer = _Writer(outline)
    name = snake(outline.subject)
    # A file called x_test.go or x_linux.go means something to the go tool.
    name = f"{name}_code" if outline.subject[-1] in _BUILD_WORDS else name
    found = [ScaffoldFile(f"{name}.go", "go", "source", writer.source())]
    if include_tests:
        found.append(ScaffoldFile(f"{name}_test.go", "go", "test", writer.test()))
    return tuple(found)


_BUILD_WORDS = frozenset(
    ["test", "linux", "windows", "darwin", "android", "js", "wasm", "unix", "arm", "amd64", "plan9", "ios"]
)


class _Writer:
    """One request in Go."""

    def __init__(self, outline: Outline) -> None:
        self.outline = outline
        self.package = "main" if outline.kind == "cli" else flat(outline.subject, "go")
        self.operation = _exported(outline.operation.words)
        self.names = [_name(entry) for entry in outline.parameters]
        self.is_struct = outline.kind in ("class", "model", "table")
        self.type = "Request" if outline.kind == "endpoint" else _exported(outline.subject)

    def source(self) -> str:
        gin = self.outline.kind == "endpoint" and self.outline.libraries.has("gin", "gin-gonic")
        if self.outline.kind == "endpoint":
            definitions = self._endpoint(gin)
        elif self.is_struct:
            definitions = self._struct(
                self.type, f"is what a {' '.join(self.outline.subject)} holds", self.outline.parameters
            )
            definitions += self._checks() + "".join(self._methods())
        else:
            definitions = self._function() + (self._main() if self.outline.kind == "cli" else "")
        used = ("net/http", "http", "gin", "github.com/gin-gonic/gin", "gin-gonic")
        head = about(self.outline, "// ", *(used if gin else used[:2]))
        what = f"Command {kebab(self.outline.subject)}" if self.package == "main" else f"Package {self.package}"
        title = f"// {what} is the start of: {spoken(self.outline.subject)}."
        head = "\n".join([title, *head.split("\n")[1:]])
        errors = fill(templates.ERRORS)
        return self._file(head, f"{errors}\n{definitions}", ['"github.com/gin-gonic/gin"'] if gin else [])

    def _file(self, head: str, definitions: str, others: list[str]) -> str:
        code = re.sub(r'"[^"\n]*"|//.*', "", definitions)
        used = [name for name in _PACKAGES if re.search(rf"(?<![\w.]){name.rpartition('/')[2]}\.", code)]
        standard = "\n".join(f'\t"{name}"' for name in used)
        imports = "\n\n".join(filter(None, [standard, "\n".join(f"\t{name}" for name in others)]))
        return squeeze(
            fill(
                templates.FILE,
                about=head,
                package=self.package,
                imports=f"import (\n{imports}\n)",
                definitions=definitions,
            )
        )

    def _function(self) -> str:
        operation, entries = self.outline.operation, self.outline.parameters
        zero = ZEROS[operation.returns or "text"]
        returns = operation.native or TYPES[operation.returns or "text"]
        checks = [_check(entry, _name(entry), f"{zero}, ") for entry in entries]
        typed = [f"{_name(entry)} {entry.native or TYPES[entry.type]}" for entry in entries]
        return fill(
            templates.FUNCTION,
            name=self.operation,
            phrase=spoken(operation.phrase),
            does=does(operation.phrase),
            zero=zero,
            signature=_call(f"func {self.operation}(", typed, f") ({returns}, error) {{"),
            validation="\n".join(filter(None, checks)),
        )

    def _struct(self, name: str, title: str, entries: Sequence[Parameter]) -> str:
        names = [_exported(entry.words) for entry in entries]
        types = [TYPES[entry.type] for entry in entries]
        name_width, type_width = max(map(len, names)), max(map(len, types))
        rows = zip(names, types, entries, strict=True)
        fields = [f'{n:{name_width}} {t:{type_width}} `json:"{snake(e.words)}"`' for n, t, e in rows]
        return fill(templates.STRUCT, name=name, title=title, fields="\n".join(fields))

    def _checks(self) -> str:
        receiver = self.type[0].lower()
        checks = [_check(entry, f"{receiver}.{_exported(entry.words)}", "") for entry in self.outline.parameters]
        if not any(checks):
            return ""
        validation = "\n".join(filter(None, checks))
        return "\n" + fill(templates.CHECK, receiver=receiver, name=self.type, validation=validation)

    def _methods(self) -> list[str]:
        found = []
        for operation in self.outline.operations:
            kind = operation.returns or "text"
            values = {"returns": TYPES[kind], "zero": ZEROS[kind]}
            values |= {"phrase": spoken(operation.phrase), "does": does(operation.phrase)}
            receiver, method = self.type[0].lower(), _exported(operation.words)
            text = fill(templates.METHOD, receiver=receiver, name=self.type, method=method, **values)
            found.append("\n" + text)
        return found

    def _endpoint(self, gin: bool) -> str:
        checks = self._checks()
        call = "if err := request.CheckFields(); err != nil {\n\treturn Result{}, err\n}" if checks else ""
        words = self.outline.operation.words
        values = {"name": self.operation, "phrase": spoken(words), "does": does(words)}
        parts = [
            self._struct("Request", "is what the caller sends", self.outline.parameters),
            checks,
            self._struct("Result", "is what the caller is told", self.outline.result),
            fill(templates.OPERATION, check=call, **values),
            fill(templates.GIN if gin else templates.HANDLER, route=kebab(self.outline.subject), name=self.operation),
            fill(templates.STATUS),
        ]
        return "\n".join(parts)

    def _main(self) -> str:
        entries = self.outline.parameters
        parsing = "\n".join(filter(None, (_parsing(index, entry) for index, entry in enumerate(entries))))
        values = [f"arguments[{i}]" if e.type == "text" else _name(e) for i, e in enumerate(entries)]
        values = [
            f"arguments[{i}:]" if e.type == "texts" else v for i, (e, v) in enumerate(zip(entries, values, strict=True))
        ]
        return "\n" + fill(
            templates.MAIN,
            program=kebab(self.outline.subject),
            count=str(len(entries)),
            parsing=parsing,
            usage=" ".join(kebab(entry.words).upper() for entry in entries),
            call=_call(f"outcome, err := {self.operation}(", values, ")"),
        )

    def test(self) -> str:
        operation = self.outline.operation
        expected = f"expected := {value(operation.native, EXPECTED[operation.returns or 'text'])}"
        lines = self._arranged(None, "")
        act = _call(f"outcome, err := {self.operation}(", self.names, ")")
        if self.outline.kind == "endpoint":
            expected = _literal(
                "expected := Result{", self.outline.result, [SAMPLES[e.type] for e in self.outline.result]
            )
            act = f"outcome, err := {self.operation}(context.Background(), validRequest)"
        elif self.is_struct:
            act = f"outcome, err := underTest.{self.operation}()"
        test = fill(
            templates.TEST,
            test=self.operation,
            operation=self.operation,
            arrange="\n".join(lines),
            expected=expected,
            act=act,
        )
        head = f"// Tests of package {self.package}.\n// The first fails until {self.operation} is implemented."
        return self._file(head, test + self._refusal(), [])

    def _arranged(self, refused: Parameter | None, bad: str) -> list[str]:
        entries = self.outline.parameters
        values = ["sample" if e.is_secret else value(e.native, SAMPLES[e.type]) for e in entries]
        values = [bad if e is refused else v for e, v in zip(entries, values, strict=True)]
        lines = ['sample := "example"'] if "sample" in values else []
        if not self.is_struct and self.outline.kind != "endpoint":
            return [*lines, *(f"{n} := {v}" for n, v in zip(self.names, values, strict=True))]
        name = "underTest" if self.is_struct else "validRequest"
        return [*lines, _literal(f"{name} := {self.type}{{", entries, values)]

    def _refusal(self) -> str:
        refused = next((entry for entry in self.outline.parameters if _check(entry, "value", "")), None)
        if refused is None:
            return ""
        bad = {"text": '" "', "number": "math.NaN()", "whole": "-1"}.get(refused.type, f"{TYPES[refused.type]}{{}}")
        lines = self._arranged(refused, bad)
        act = _call(f"_, err := {self.operation}(", self.names, ")")
        if self.is_struct or self.outline.kind == "endpoint":
            name = "underTest" if self.is_struct else "validRequest"
            lines, act = [line.replace(name, "refused") for line in lines], "err := refused.CheckFields()"
        return "\n" + fill(
            templates.REFUSAL, test=self.operation, field=_exported(refused.words), arrange="\n".join(lines), act=act
        )


def _exported(words: Words) -> str:
    name = "".join(word.upper() if word in _INITIALISMS else word.capitalize() for word in words)
    return pascal(words) if len(words) == 1 and words[0] not in _INITIALISMS else name


def _name(entry: Parameter) -> str:
    words = entry.words
    name = words[0] + "".join(word.upper() if word in _INITIALISMS else word.capitalize() for word in words[1:])
    return camel((name,), "go")


def _check(entry: Parameter, value: str, zero: str) -> str:
    if entry.is_given:
        return ""
    test, must = IS_INVALID.get(entry.type, "").format(value), MUST.get(entry.type, "")
    if entry.is_count:
        test, must = f"{test} || {value} < 0" if test else f"{value} < 0", "not be negative"
    name = entry.phrase
    return f'if {test} {{\n\treturn {zero}fmt.Errorf("{name} must {must}: %w", ErrInvalid)\n}}' if test else ""


def _parsing(index: int, entry: Parameter) -> str:
    name = _name(entry)
    calls = {"whole": "strconv.Atoi({0})", "number": "strconv.ParseFloat({0}, 64)", "flag": "strconv.ParseBool({0})"}
    if entry.type in ("numbers", "wholes"):
        parsed = calls[LISTS[entry.type]].format("argument")
        failed = f'\t\treturn fmt.Errorf("{entry.phrase} must be numbers: %w", err)\n'
        return (
            f"{name} := make({TYPES[entry.type]}, 0, len(arguments))\n"
            f"for _, argument := range arguments[{index}:] {{\n"
            f"\tnumber, err := {parsed}\n\tif err != nil {{\n{failed}\t}}\n"
            f"\t{name} = append({name}, number)\n}}"
        )
    if entry.type not in calls:
        return ""
    parsed = calls[entry.type].format(f"arguments[{index}]")
    return f'{name}, err := {parsed}\nif err != nil {{\n\treturn fmt.Errorf("{entry.phrase} is not valid: %w", err)\n}}'


def _call(head: str, items: Sequence[str], tail: str) -> str:
    return bracketed(head, items, tail, indent="\t")


def _literal(head: str, entries: Sequence[Parameter], values: Sequence[str]) -> str:
    keys = [f"{_exported(entry.words)}:" for entry in entries]
    line = _call(head, [f"{key} {value}" for key, value in zip(keys, values, strict=True)], "}")
    if "\n" not in line:
        return line
    width = max(map(len, keys))  # gofmt lines the values up
    return "\n".join([head, *(f"\t{key:{width}} {value}," for key, value in zip(keys, values, strict=True)), "}"])
