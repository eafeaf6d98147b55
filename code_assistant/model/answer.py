"""The model's answer: files and an explanation, read out of whatever the model made of the schema.

Structured output first; then JSON anywhere in the text; then fenced code with a path near it; then nothing.
Nothing is dropped in silence: what could not be read is a `problem`. Each step looks at each character once or a
few times, since this runs on the event loop.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from contextlib import suppress
from itertools import islice
from typing import Any, get_args

from pydantic import BaseModel, ConfigDict, Field

from code_assistant.model.fence_files import is_file, language_of_label, path_near, split_files
from code_assistant.model.fences import Fence, split_fences
from code_assistant.result import GeneratedFile, Role
from code_assistant.text.untrusted import without_surrogates
from coding_standards.languages import Language, find_language, language_of_path

MAX_ANSWER_CHARS = 4_000_000
MAX_FILES = 40
_MAX_JSON_TRIES = 50
_MAX_OBJECTS = 1_000
_MAX_PROBLEMS = 5
_MAX_SAID_CHARS = 4_000
"""Of an answer without any file, which is shown as the explanation."""

UNNAMED = "main"
"""How a file is called that came without a path; a number goes behind it from the second on."""
_MAY_BE_CODE = ("text", "txt", "plaintext", "plain", "code", "")
"""Labels of blocks that are taken for files where no other block is one."""

_TEST_NAME = re.compile(r"(^|[/_.-])(tests?|spec)([/_.-]|$)|Tests?\.java$|_test\.go$", re.IGNORECASE)
_OTHER_NAMES = ("Dockerfile", "Makefile", ".gitignore", ".env", "go.mod")
_SUFFIX = re.compile(r"[^/]\.([A-Za-z]\w{0,9})$")
_DOC_SUFFIXES = (".md", ".rst", ".txt", ".adoc")
_FENCE_BEFORE_JSON = re.compile(r"\s*(?:```\w{0,20}\s*)?")
_OBJECT_BEGINS = re.compile(r'\{\s*"')
_CUT = re.compile(r'\{\s*"(?:explanation"|files"\s*:[\s\[]*(?:\{|\Z))')
_FILES = re.compile(r'"files"\s*:\s*\[')
_EXPLANATION = re.compile(r'"explanation"\s*:\s*(?=")')
_PATH = re.compile(r'"path"\s*:\s*"([^"\\]{1,200})"')
_CONTENT = re.compile(r'"content"\s*:\s*"')
_BROKEN_ESCAPE = re.compile(r"(?<!\\)((?:\\\\)*)\\(?:u[0-9a-fA-F]{0,3})?\Z")
_BETWEEN = re.compile(r"[\s,]*")
_DECODER = json.JSONDecoder(strict=False)  # it takes raw newlines inside a text


class AskedFile(BaseModel):
    """One file, as the model is asked for it; language and role are told by its path."""

    path: str = Field(description="Relative path, in the language's usual layout")
    content: str = Field(description="The complete file and nothing else")


class Asked(BaseModel):
    """What the model is asked to answer with; its schema, not what is read."""

    files: list[AskedFile] = Field(min_length=1, max_length=MAX_FILES)
    explanation: str


class AskedRepair(BaseModel):
    """The same for a correction, which may take files back."""

    files: list[AskedFile] = Field(max_length=MAX_FILES)
    removed: list[str] = Field(description="Paths of files of an earlier answer that are not needed any more")
    explanation: str


class Answer(BaseModel):
    """Files and a few sentences about them, as they are read: with whatever else a model has put there."""

    model_config = ConfigDict(extra="ignore")

    files: list[GeneratedFile] = Field(max_length=MAX_FILES)
    explanation: str = ""
    removed: list[str] = []
    problems: tuple[str, ...] = ()
    """What of the answer could not be read, as orders to the model: `Answer again in full: ...`."""


def read_answer(text: str, language: str) -> Answer:
    """Make the best of an answer, whether it follows the schema or not. An answer without code has no files."""
    kept = without_surrogates(text[:MAX_ANSWER_CHARS])
    found = find_language(language)
    answer = _from_json(kept, found) or _from_markdown(kept, found)
    if not answer.files and not answer.explanation.strip():
        answer = answer.model_copy(update={"explanation": kept.strip()[:_MAX_SAID_CHARS]})
    if len(text) <= MAX_ANSWER_CHARS:
        return answer
    problem = f"Answer in at most {MAX_ANSWER_CHARS:,} characters; of this answer the rest was not read."
    return answer.model_copy(update={"problems": (*answer.problems, problem)})


def derive_role(path: str) -> Role:
    """What a file is for, by its name."""
    if path.lower().endswith(_DOC_SUFFIXES):
        return "doc"
    return "test" if _TEST_NAME.search(path) else "source"


def _from_json(text: str, language: Language) -> Answer | None:
    """Try the beginning, then the first few places where an object may begin."""
    opening = _FENCE_BEFORE_JSON.match(text)
    begin = opening.end() if opening else 0
    if text.startswith(("{", "["), begin):
        answer = _from_beginning(text, begin, language, is_fenced="`" in text[:begin])
        if answer is not None:
            return answer
    read_to = 0
    for match in islice(_OBJECT_BEGINS.finditer(text), _MAX_JSON_TRIES):
        if match.start() < read_to:
            continue  # inside an object that was read: a part of it is not the answer
        try:
            value, read_to = _DECODER.raw_decode(text, match.start())
        except (ValueError, RecursionError):
            if _CUT.match(text, match.start()):
                answer = _read_cut(text, match.start(), language)
                if answer.files:
                    return answer
            continue
        for candidate in (value, *value.values()):
            if isinstance(candidate, dict) and candidate.get("files"):
                answer = _coerce(candidate, language)
                if answer.files:
                    return answer
    return None


def _from_beginning(text: str, begin: int, language: Language, *, is_fenced: bool) -> Answer | None:
    """JSON where an answer begins: the schema, files one after the other or in a list, a cut answer."""
    is_list = text[begin] == "["
    values, end = _read_objects(text, begin + is_list)
    first = values[0] if values else {}
    is_broken = text.startswith("{", end)
    if not is_list and _has_files(first):
        return _coerce(first, language)
    if not is_list and isinstance(first.get("code"), str) and "content" not in first:
        return _coerce({"files": [{"content": first["code"]}], "explanation": first.get("notes")}, language)
    is_files = all("path" in value and "content" in value for value in values)
    if values and is_files and not is_fenced:  # one fence may be followed by the fence of the next file
        answer = _coerce({"files": values}, language)
        return _note_cut(answer) if is_broken else answer
    if is_broken and not values:
        answer = _read_cut(text, end, language)
        return answer if answer.files or _CUT.match(text, end) else None
    return None


def _has_files(value: dict[str, Any]) -> bool:
    """Whether it has the form of an answer; `files` that are mere names are those of some configuration file."""
    files = value.get("files")
    return isinstance(files, dict) or (
        isinstance(files, list) and (not files or any(isinstance(file, dict) for file in files))
    )


def _read_objects(text: str, begin: int) -> tuple[list[dict[str, Any]], int]:
    """Objects one after the other, with nothing but space and commas between them, and where they end."""
    values: list[dict[str, Any]] = []
    while len(values) < _MAX_OBJECTS:
        between = _BETWEEN.match(text, begin)
        begin = between.end() if between else begin
        if not text.startswith("{", begin):
            return values, begin
        try:
            value, begin = _DECODER.raw_decode(text, begin)
        except (ValueError, RecursionError):
            return values, begin
        values.append(value)
    return values, begin


def _read_cut(text: str, begin: int, language: Language) -> Answer:
    """The complete files of an answer that is no JSON as a whole, because its end is missing or a mark in it is."""
    files = _FILES.search(text, begin)
    values, end = _read_objects(text, files.end()) if files else ([], begin)
    is_inside = files is not None and not values
    if is_inside:
        values = _read_begun_file(text, end)
    said = _EXPLANATION.search(text, begin, files.start() if files else len(text))
    explanation = ""
    if said:
        with suppress(ValueError):
            explanation, _ = _DECODER.raw_decode(text, said.end())
    return _note_cut(_coerce({"files": values, "explanation": explanation}, language), is_inside=is_inside)


def _read_begun_file(text: str, begin: int) -> list[dict[str, Any]]:
    """The only file of an answer that was cut off inside it: as much of it as there is."""
    content = _CONTENT.search(text, begin)
    if content is None:
        return []
    path = _PATH.search(text, begin, content.start())
    written = _BROKEN_ESCAPE.sub(r"\1", text[content.end() :].rstrip())
    with suppress(ValueError):
        return [{"path": path[1] if path else None, "content": _DECODER.raw_decode(f'"{written}"')[0]}]
    return []


def _note_cut(answer: Answer, *, is_inside: bool = False) -> Answer:
    after = f"{'inside' if is_inside else 'after'} {answer.files[-1].path}" if answer.files else "before its first file"
    problem = f"Answer again in full: this answer was cut off, or is no valid JSON, {after}; what follows is lost."
    return answer.model_copy(update={"problems": (*answer.problems, problem)})


def _coerce(value: dict[str, Any], language: Language, known_problems: Sequence[str] = ()) -> Answer:
    """Read each field on its own: what is unusual in one must not cost the others."""
    given = value.get("files")
    entries: list[Any] = given if isinstance(given, list) else []
    if isinstance(given, dict):
        is_file = isinstance(given.get("path"), str) and isinstance(given.get("content"), str)
        entries = [given] if is_file else [_name(path, content) for path, content in given.items()]
    problems = list(known_problems)
    files: list[GeneratedFile] = []
    for number, entry in enumerate(entries, 1):
        file = _coerce_file(entry, language, len(files))
        if file is None:
            problems.append(
                f"Answer with `path` and `content` for each file; entry {number} of `files` has no content."
            )
        else:
            files.append(file)
    if len(files) > MAX_FILES:
        left_out = ", ".join(file.path for file in files[MAX_FILES:][:5])
        problems.append(f"Answer with at most {MAX_FILES} files; of {len(files)} the last are left out: {left_out}.")
    explanation = _read_text(value.get("explanation")) or ""
    gone = value.get("removed")
    return Answer(
        files=files[:MAX_FILES],
        removed=[path for path in gone if isinstance(path, str)] if isinstance(gone, list) else [],
        explanation=explanation,
        problems=tuple(problems[:_MAX_PROBLEMS]),
    )


def _name(path: str, content: Any) -> dict[str, Any]:
    """The entry of a mapping of paths to contents, or to files without their path."""
    return (
        {**content, "path": path}
        if isinstance(content, dict) and "content" in content
        else {
            "path": path,
            "content": content,
        }
    )


def _coerce_file(entry: Any, language: Language, index: int) -> GeneratedFile | None:
    content = _read_text(entry.get("content")) if isinstance(entry, dict) else None
    if content is None:
        return None
    path, named, role = _read_text(entry.get("path")), _read_text(entry.get("language")), entry.get("role")
    file = _make_file(path or "", content, language, index)
    named = named or _find_other_language(path or "")
    told = {"language": named or "", "role": role if role in get_args(Role) else file.role}
    return file.model_copy(update=told if path is None else told | {"path": path})


def _find_other_language(path: str) -> str:
    """What a file with such a name is in, when it is no language of ours: a `Dockerfile`, `settings.yaml`."""
    if language_of_path(path) is not None:
        return ""
    if path.endswith(_OTHER_NAMES):
        return "text"
    suffix = _SUFFIX.search(path)
    return suffix[1].lower() if suffix and language_of_label(suffix[1]) is None else ""


def _read_text(value: Any) -> str | None:
    """A text, also when it came as a list of lines or, as the content of a JSON file, as an object."""
    if isinstance(value, list) and value and all(isinstance(line, str) for line in value):
        value = "".join(line.removesuffix("\n") + "\n" for line in value)
    elif isinstance(value, dict | list) and value:
        value = json.dumps(value, indent=2, ensure_ascii=False) + "\n"
    return without_surrogates(value) if isinstance(value, str) else None


def _from_markdown(text: str, language: Language) -> Answer:
    fences, prose = split_fences(text, lambda fence: is_file(fence) or _from_fence(fence, language) is not None)
    if not any(fence.content.strip() for fence in fences):
        fences, prose = split_fences(text, lambda fence: fence.language.lower() in _MAY_BE_CODE)
    files: list[GeneratedFile] = []
    problems: list[str] = []
    for fence in fences:
        if not fence.content.strip():
            continue
        inner = _from_fence(fence, language)
        problems += inner.problems if inner else []
        if inner:
            files += inner.files
        else:
            files += [_find_fenced(part, language, len(files) + at) for at, part in enumerate(split_files(fence))]
    if not files and _looks_like_code(text, language):
        return Answer(files=[_make_file("", text, language, 0)])
    if fences and not fences[-1].is_closed:
        problems.append("Answer again in full: the last code block of this answer has no end.")
    return _coerce({"files": [file.model_dump() for file in files], "explanation": prose}, language, problems)


def _from_fence(fence: Fence, language: Language) -> Answer | None:
    """Files that are JSON in a fence."""
    is_json = fence.info.lower() in ("", "json") and fence.content.lstrip().startswith(("{", "["))
    answer = _from_beginning(fence.content.lstrip(), 0, language, is_fenced=False) if is_json else None
    return answer if answer and answer.files else None


def _find_fenced(fence: Fence, language: Language, index: int) -> GeneratedFile:
    path, content = path_near(fence)
    file = _make_file(path, content, language_of_label(fence.language) or language, index)
    if path and language_of_path(path) is None and language_of_label(fence.language) is None:
        # `requirements.txt`, a `Dockerfile`: whatever it is, it is not in the language asked for.
        return file.model_copy(update={"language": fence.language.lower() or "text"})
    return file


def _make_file(path: str, content: str, language: Language, index: int) -> GeneratedFile:
    path = path or f"{UNNAMED}{index + 1 if index else ''}{language.suffixes[0]}"
    by_path = language_of_path(path)
    return GeneratedFile(path=path, language=(by_path or language).name, role=derive_role(path), content=content)


def _looks_like_code(text: str, language: Language) -> bool:
    """A bare file without a fence: some small models answer so. Prose does not have this many code marks."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) < 2:
        return False
    marks = {"html": r"^\s*<", "sql": r"^\s*(SELECT|CREATE|INSERT|UPDATE|DELETE|WITH|--)\b|;\s*$"}
    pattern = re.compile(
        marks.get(language.name, r"[;{}]\s*$|^\s*(def|class|import|from|fn|func|package|use|return)\b|:\s*$")
    )
    return sum(1 for line in lines if pattern.search(line)) / len(lines) > 0.4
