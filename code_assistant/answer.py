"""The model's answer: files and an explanation, read out of whatever the model made of the schema.

Structured output first; then JSON anywhere in the text; then fenced code with a path near it; then nothing.
"""

from __future__ import annotations

import json
import re
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from coding_standards.languages import Language, UnknownLanguageError, find_language, language_of_path

if TYPE_CHECKING:
    from markdown_it.token import Token

MAX_ANSWER_CHARS = 2_000_000
MAX_FILES = 40
_MAX_JSON_TRIES = 50

_PATH = re.compile(r"[\w@.+-]+(?:/[\w@.+-]+)*\.[A-Za-z]\w{0,9}|(?:Dockerfile|Makefile)")
_PATH_IN_COMMENT = re.compile(
    rf"^\s*(?:#|//|--|/\*|<!--)\s*(?:file(?:name)?:\s*)?({_PATH.pattern})\s*(?:\*/|-->)?\s*$", re.IGNORECASE
)
_TEST_NAME = re.compile(r"(^|[/_.-])(tests?|spec)([/_.-]|$)|Tests?\.java$|_test\.go$", re.IGNORECASE)
_DOC_SUFFIXES = (".md", ".rst", ".txt", ".adoc")
_OBJECT_BEGINS = re.compile(r'\{\s*"')
_CUT = re.compile(r'^\s*(?:```(?:json)?\s*)?\{\s*"(?:files|explanation)"')


class AnswerFile(BaseModel):
    """One file of the model's answer."""

    model_config = ConfigDict(extra="ignore")

    path: str = Field(description="Relative path, in the language's usual layout")
    language: str = Field(default="", description="The file's language")
    role: Literal["source", "test", "doc"] = "source"
    content: str = Field(description="The complete file and nothing else")


class Answer(BaseModel):
    """Files and a few sentences about them."""

    model_config = ConfigDict(extra="ignore")

    files: list[AnswerFile] = Field(max_length=MAX_FILES)
    explanation: str = ""


def read_answer(text: str, language: str) -> Answer:
    """Make the best of an answer that did not follow the schema. An answer without code has no files."""
    text = text[:MAX_ANSWER_CHARS]
    found = _from_json(text)
    if found is not None:
        return found
    if _CUT.match(text):
        return Answer(files=[], explanation="The model's answer was cut off in the middle; nothing of it is usable.")
    return _from_markdown(text, find_language(language))


def role_of(path: str) -> Literal["source", "test", "doc"]:
    """What a file is for, by its name."""
    if path.lower().endswith(_DOC_SUFFIXES):
        return "doc"
    return "test" if _TEST_NAME.search(path) else "source"


def _from_json(text: str) -> Answer | None:
    """Try the first few places where an object may begin; JSON is an answer's beginning or near it."""
    decoder = json.JSONDecoder(strict=False)
    for match in islice(_OBJECT_BEGINS.finditer(text), _MAX_JSON_TRIES):
        try:
            value, _ = decoder.raw_decode(text, match.start())
        except (ValueError, RecursionError):
            continue
        answer = _as_answer(value)
        if answer is not None:
            return answer
    return None


def _as_answer(value: Any) -> Answer | None:
    """Accept the schema, a file alone, and a mapping of paths to contents."""
    if not isinstance(value, dict):
        return None
    candidates = [value]
    if isinstance(value.get("files"), dict):
        files = [{"path": path, "content": content} for path, content in value["files"].items()]
        candidates.append({**value, "files": files})
    if "content" in value and "path" in value:
        candidates.append({"files": [value]})
    if isinstance(value.get("code"), str):
        candidates.append(
            {"files": [{"path": "", "content": value["code"]}], "explanation": str(value.get("notes", ""))}
        )
    for candidate in candidates:
        try:
            return Answer.model_validate(candidate)
        except ValidationError:
            continue
    return None


def _from_markdown(text: str, language: Language) -> Answer:
    from markdown_it import MarkdownIt  # late: few answers need it, and it costs every start 50 ms

    blocks = MarkdownIt("commonmark").disable(["inline"])  # only the blocks matter; inline parsing costs most
    tokens = blocks.parse(text)
    if not any(token.type == "fence" for token in tokens):
        # Fences inside an HTML block such as <file> are invisible to CommonMark.
        tokens = blocks.disable(["html_block", "code"]).parse(text)
    files: list[AnswerFile] = []
    prose: list[str] = []
    for token in tokens:
        if token.type == "fence" and token.content.strip():
            files.append(_fenced(token, prose[-1] if prose else "", language, len(files)))
        elif token.type == "inline":
            prose.append(token.content)
    if not files and _looks_like_code(text, language):
        return Answer(files=[_file("", text, language, 0)])
    return Answer(files=files[:MAX_FILES], explanation="\n\n".join(prose))


def _fenced(token: Token, before: str, language: Language, index: int) -> AnswerFile:
    info = token.info.split()
    named = _PATH.search(token.info.partition(" ")[2]) or (_PATH.fullmatch(info[0]) if info else None)
    first_line, _, rest = token.content.partition("\n")
    comment = _PATH_IN_COMMENT.match(first_line)
    if named:
        path, content = named[0], token.content
    elif comment:
        path, content = comment[1], rest
    else:
        mentioned = _PATH.findall(before.splitlines()[-1]) if before else []
        path, content = mentioned[-1] if mentioned else "", token.content
    fence_language = _named_language(info[0]) if info and not named else None
    return _file(path, content, fence_language or language, index)


def _file(path: str, content: str, language: Language, index: int) -> AnswerFile:
    if not path:
        path = f"main{index + 1 if index else ''}{language.suffixes[0]}"
    by_path = language_of_path(path)
    return AnswerFile(path=path, language=(by_path or language).name, role=role_of(path), content=content)


def _named_language(name: str) -> Language | None:
    try:
        return find_language(name)
    except UnknownLanguageError:
        return None


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
