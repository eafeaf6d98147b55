"""The oxlint engine: the syntax of JavaScript and TypeScript, and rules that name oxlint's, all judged by one run.

Its one rule: oxlint says what it finds, and only a rule's own `unless` says what of it does not count; nothing that
stands in the code does.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import cast

from ast_grep_py import Config, SgNode, SgRoot
from ast_grep_py import Rule as Unless

from coding_standards.engines.oxlint.early import find_early_errors
from coding_standards.engines.oxlint.process import Diagnostic, OxlintProcess, list_rules
from coding_standards.engines.run import MAX_ERRORS, EngineUnavailableError, Syntax
from coding_standards.engines.source import DECLARATIONS, Source
from coding_standards.languages import Language
from coding_standards.report import Finding
from coding_standards.rules import Rule, RuleError

_LANGUAGES = ("javascript", "typescript")
_KEYS = ("codes", "options", "unless", "utils")
_WITH_TYPES = {".js": ".ts", ".mjs": ".mts", ".cjs": ".cts", ".jsx": ".tsx"}


def compile_rule(rule: Rule, language: Language) -> None:
    """Make sure that oxlint knows the rules and takes their options, and ast-grep what is excepted.

    Raises:
        RuleError: one of them does not; the text names file, rule and reason.
    """
    where = f"{rule.source}: {rule.id}"
    if language.name not in _LANGUAGES or rule.language != language.name:
        raise RuleError(f"{where}: oxlint judges JavaScript and TypeScript only")
    unknown = sorted(rule.body.keys() - set(_KEYS))
    if unknown:
        raise RuleError(f"{where}: unknown key {unknown[0]!r}; known: {', '.join(_KEYS)}")
    codes, options = rule.codes, rule.body.get("options", {})
    if not codes:
        raise RuleError(f"{where}: `codes` must list rules of oxlint such as eslint/no-var")
    if not isinstance(options, Mapping) or not all(isinstance(one, list) for one in options.values()):
        raise RuleError(f"{where}: `options` must give each code the list of its options")
    stray = [name for name in options if name not in codes]
    if stray:
        raise RuleError(f"{where}: options for {stray[0]!r}, which is none of its codes")
    try:
        _require_known(where, codes)
        if options:
            _require_options(where, rule)
    except EngineUnavailableError:
        return  # each check will say so
    if "unless" in rule.body:
        _compile_exception(where, rule, language)


def run(source: Source, rules: Sequence[Rule]) -> list[Finding]:
    """What oxlint says under the codes of these rules, and where the text is not valid.

    Raises:
        EngineUnavailableError: oxlint is missing, too slow, or broke off.
    """
    with begin(source, rules) as findings:
        return findings()


@contextmanager
def begin(source: Source, rules: Sequence[Rule]) -> Iterator[Callable[[], list[Finding]]]:
    """The same begin at once; call what is yielded for the findings, within the `with`.

    Raises:
        EngineUnavailableError: as `run`.
    """
    with OxlintProcess(dict.fromkeys(_file_names(source), source.code), settings(rules)) as process:
        yield lambda: _findings(source, rules, process.diagnostics())


def syntax(source: Source) -> Syntax:
    """The places where the text is not valid in its language."""
    try:
        return Syntax(tuple(run(source, ())))
    except EngineUnavailableError:
        return Syntax(depth="not_judged")


def settings(rules: Sequence[Rule]) -> dict[str, object]:
    """What oxlint's configuration has under `rules` for these."""
    found: dict[str, object] = {}
    for rule in rules:
        options = rule.options
        for code in rule.codes:
            given = options.get(code, [])
            found[code] = ["error", *given] if isinstance(given, list) else "error"
    return found


def findings_of(source: Source, rules: Sequence[Rule], diagnostics: Sequence[Diagnostic]) -> list[Finding]:
    """Oxlint's words on one text as findings of the rules, and of `syntax` where the text is not valid."""
    broken = [one for one in diagnostics if not one.name]
    if broken:
        return [_syntax_finding(source, one) for one in broken[:MAX_ERRORS]]
    return [
        _finding(source, rule, one)
        for one in diagnostics
        for rule in rules
        if one.name in rule.codes and not _is_excepted(source, rule, one)
    ]


def _findings(source: Source, rules: Sequence[Rule], diagnostics: Mapping[str, Sequence[Diagnostic]]) -> list[Finding]:
    """By the first kind of file that the text is valid as; if it is none, by the first."""
    valid = [ones for ones in diagnostics.values() if all(one.name for one in ones)]
    chosen = [*valid, *diagnostics.values()][0]
    return [*findings_of(source, rules, chosen), *(find_early_errors(source) if valid else ())]


def _file_names(source: Source) -> tuple[str, ...]:
    """What the text is called where oxlint reads it: its name tells modules, JSX and declarations apart.

    More than one where the name does not tell enough: a text is valid when it is valid as one of them.
    """
    suffix = source.suffix
    if source.language.name == "javascript":
        suffix = suffix if suffix in source.language.suffixes else ".js"
        return ("code.js", "code.mjs") if suffix == ".js" else (f"code{suffix}",)
    for ending in DECLARATIONS:
        if (source.path or "").lower().endswith(ending):
            return (f"code{ending}",)
    if source.path is None and source.dialect is None:
        names = ("code.ts", "code.mts", "code.tsx")
        return names if source.grammar == "typescript" else names[::-1]
    if source.grammar == "tsx":
        return ("code.tsx",)
    suffix = _WITH_TYPES.get(suffix, suffix)
    return ("code.ts", "code.mts") if suffix not in (".mts", ".cts") else (f"code{suffix}",)


@functools.cache
def _known_codes() -> frozenset[str]:
    return list_rules()


def _require_known(where: str, codes: Sequence[str]) -> None:
    unknown = [code for code in codes if code not in _known_codes()]
    if unknown:
        raise RuleError(f"{where}: oxlint has no rule {unknown[0]!r} that needs no types; see `oxlint --rules`")


def _require_options(where: str, rule: Rule) -> None:
    try:
        _try_options(json.dumps(settings([rule])))
    except RuleError as error:
        raise RuleError(f"{where}: {error}") from error


@functools.cache
def _try_options(given: str) -> None:
    """Have oxlint read these settings, as JSON; what it takes is asked about once, whatever language the rule is for.

    Raises:
        RuleError: it refuses them.
        EngineUnavailableError: there is no oxlint to ask.
    """
    with OxlintProcess({"code.js": ""}, json.loads(given)) as process:
        try:
            process.diagnostics()
        except EngineUnavailableError as error:
            raise RuleError(str(error)) from error


def _compile_exception(where: str, rule: Rule, language: Language) -> None:
    try:
        SgRoot("", language.grammar or "").root().find(_exception(rule))
    except Exception as error:  # the binding raises no narrower type
        reason = " ".join(str(error).partition("Stack backtrace")[0].replace("Caused by:", "").split())
        raise RuleError(f"{where}: unless: {reason}") from error


def _exception(rule: Rule) -> Config:
    utils = {"utils": rule.body["utils"]} if "utils" in rule.body else {}
    # A node that is told by its surroundings alone is not found itself, only what surrounds it.
    return cast(Config, {"rule": {"all": [{"regex": "(?s)."}, rule.body["unless"]]}, **utils})


def _is_excepted(source: Source, rule: Rule, found: Diagnostic) -> bool:
    if "unless" not in rule.body or source.tree is None or not source.is_searchable:
        return False
    node = _node_at(source.tree, found.start, found.end)
    if "utils" in rule.body:  # which `matches` does not take
        return node.find(_exception(rule)) == node
    return node.matches(**cast(Unless, rule.body["unless"]))


def _node_at(root: SgNode, start: int, end: int) -> SgNode:
    """The smallest node around these characters that the grammar has a name for: no operator, no keyword."""
    node = root
    while True:
        places = ((child, child.range()) for child in node.children() if child.is_named())
        inner = next((child for child, at in places if at.start.index <= start and at.end.index >= end), None)
        if inner is None:
            return node
        node = inner


def _finding(source: Source, rule: Rule, found: Diagnostic) -> Finding:
    code = found.name.removeprefix("eslint/")
    return source.finding(
        rule, *source.position(found.start), f"{rule.message} (oxlint {code}: {found.message.rstrip('.')})"
    )


def _syntax_finding(source: Source, found: Diagnostic) -> Finding:
    message = f"Make this valid {source.language.title}: {found.message.rstrip('.')}."
    return source.syntax_finding(*source.position(found.start), message)
