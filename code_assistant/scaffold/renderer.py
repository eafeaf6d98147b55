"""Outlines become files. Its one rule: what a request says is a value of a template, and never a template.

Which template is taken and what it may use is told in the package's docstring.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, partial

from jinja2 import Environment, PackageLoader, StrictUndefined

from code_assistant.result import GeneratedFile, Role
from code_assistant.scaffold import naming
from code_assistant.scaffold.outline import Kind, Outline
from code_assistant.scaffold.prose import escape, sentence, wrap

Rendered = tuple[GeneratedFile, tuple[str, ...]]
"""A file, and the libraries that it imports."""

_NEAR: dict[Kind, tuple[str, ...]] = {
    "class": ("table",),
    "table": ("class",),
    "endpoint": ("class", "table"),
}
"""What stands for a kind that a language has no template for, before a function does."""

_FRAMES: tuple[Kind, ...] = ("endpoint", "page")
"""Kinds that a framework is for."""


def framework_kind(libraries: Sequence[str], language: str) -> Kind | None:
    """Return the kind that a library of which there are only endpoints or only pages makes of a request."""
    for name in libraries:
        parts = [stem.partition(".") for stem in _stems(language)]
        kinds = {kind for kind, _, library in parts if library in _forms(name) and library != "test"}
        if len(kinds) == 1 and (found := next((kind for kind in _FRAMES if kind in kinds), None)):
            return found
    return None


def render_files(outline: Outline, *, include_tests: bool) -> tuple[Rendered, ...]:
    """Return the source, and its test where asked."""
    stem = _choose(outline)
    made = [_render(f"{outline.language}/{stem}.j2", outline, "source")]
    if include_tests:
        kind = stem.partition(".")[0]
        test = next(name for name in (f"{stem}.test", f"{kind}.test") if name in _stems(outline.language))
        made.append(_render(f"{outline.language}/{test}.j2", outline, "test"))
    return tuple(made)


def render_document(outline: Outline, files: Sequence[Rendered]) -> GeneratedFile:
    """Return the short document beside the files: what is here, what to fill in, how to run the tests."""
    uses = dict.fromkeys(name for _, names in files for name in names)
    rendered, _ = _render("document.j2", outline, "doc", files=[file for file, _ in files], uses=list(uses))
    return rendered.model_copy(update={"language": "markdown"})


def _choose(outline: Outline) -> str:
    """The template for this outline, without its ending, such as `endpoint.fastapi`."""
    sources = [stem for stem in _stems(outline.language) if not stem.endswith(".test")]
    libraries = [form for name in outline.libraries for form in _forms(name)]
    wanted = [f"{outline.kind}.{name}" for name in libraries]
    wanted += [outline.kind, *_NEAR.get(outline.kind, ()), "function"]
    return next((stem for stem in wanted if stem in sources), sources[0])


def _forms(library: str) -> tuple[str, str]:
    """The name, and its last part where it is a path, as of a Go module."""
    return library.lower(), library.lower().rpartition("/")[2]


@cache
def _stems(language: str) -> tuple[str, ...]:
    names = (name.rpartition("/") for name in _environment(language).list_templates())
    return tuple(name.removesuffix(".j2") for folder, _, name in names if folder == language and name[0] != "_")


@cache
def _environment(language: str) -> Environment:
    # What comes out is source code, where `&lt;` would be a mistake. What a request says is made safe for the comments
    # of its language by `_head`, in HTML as well; everything else is a legal name or a type that is known.
    environment = Environment(
        loader=PackageLoader("code_assistant.scaffold"),
        autoescape=False,  # noqa: S701
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "snake": partial(naming.snake, language=language),
        "camel": partial(naming.camel, language=language),
        "flat": partial(naming.flat, language=language),
        "pascal": partial(naming.pascal, language=language),
        "kebab": naming.kebab,
        "module": naming.module,
        "spoken": naming.speak,
        "heading": naming.heading,
    }
    environment.globals |= {"fold": fold, "quote": _quote}
    return environment


def _render(name: str, outline: Outline, role: Role, **more: object) -> Rendered:
    template = _environment(outline.language).get_template(name)
    values = {**vars(outline), "operation": outline.operation, "head": partial(_head, outline), **more}
    module = template.make_module(values)
    exported = vars(module)
    file = GeneratedFile(
        path=str(exported["path"]),
        language=str(exported.get("written_in", outline.language)),
        role=role,
        content=str(module).strip("\n") + "\n",
    )
    return file, tuple(exported.get("uses", ()))


def _head(outline: Outline, prefix: str = "", uses: Sequence[str] = ()) -> str:
    """What stands at the top of a file: the title, what was asked for, the libraries that are not used yet."""
    parts = [f"{prefix}{naming.heading(outline.subject)}."]
    if outline.summary:
        parts += [prefix.rstrip(), _quote(outline.summary, outline.language, prefix)]
    unused = [name for name in outline.libraries if not {*_forms(name)} & {*uses}]
    if unused:
        parts += [prefix.rstrip(), wrap(f"Intended libraries: {', '.join(unused)}.", prefix)]
    return "\n".join(parts)


def _quote(summary: str, language: str, prefix: str = "") -> str:
    text = wrap(sentence(f"asked for: {escape(summary, language)}"), prefix)
    # A line of Markdown that begins with one of these would be a list, a heading or a quotation.
    return re.sub(r"^(?=[-+>=~:])", r"\\", text, flags=re.MULTILINE) if language == "markdown" else text


def fold(
    start: str,
    items: str,
    end: str,
    *,
    at: str = "",
    indent: str = "    ",
    by: str = ",",
    last: str = ",",
    width: int = 88,
    inner: int = 88,
) -> str:
    """Return `start items end` on one line, or with an item a line where that would be too long for a formatter.

    `items` has an item a line; lines behind the first are indented by `at`; `by` stands between two items. The line may
    have `width` characters, of which `inner` between `start` and `end`.
    """
    lines = items.splitlines()
    joined = f"{by} ".join(lines)
    if len(at) + len(f"{start}{joined}{end}") <= width and len(joined) <= inner:
        return f"{start}{joined}{end}"
    stacked = f"{by}\n{at}{indent}".join(lines)
    return f"{start.rstrip()}\n{at}{indent}{stacked}{last}\n{at}{end.lstrip()}"
