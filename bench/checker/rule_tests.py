"""The tests of eslint's and stylelint's rules, read as texts: what a rule must let pass, and what it must find.

Its one rule: nothing of a test is run. A case whose code is no constant of its file is left out, as is one for another
parser or one that needs options, since only the default says what a rule of ours speaks of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from ast_grep_py import SgNode, SgRoot

from checker.suite_marks import Mark, MarkedFile
from coding_standards.languages import find_language
from coding_standards.library.snapshot import Library
from coding_standards.report import PARSES
from coding_standards.rules import Rule

STYLELINT: Mapping[str, str] = {
    "block-no-empty": "css-empty-block",
    "color-no-invalid-hex": "css-invalid-hex-colour",
    "declaration-block-no-duplicate-properties": "css-duplicate-property",
    "declaration-block-no-shorthand-property-overrides": "css-shorthand-override",
    "declaration-no-important": "css-no-important",
    "font-family-no-missing-generic-family-keyword": "css-generic-font",
    "function-calc-no-unspaced-operator": "css-calc-spaces",
    "property-no-unknown": "css-misspelt-property",
}
"""stylelint's rule -> ours that speaks of the same."""

_ESCAPE = re.compile(r"\\(?:u\{([0-9A-Fa-f]+)\}|u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|(\r?\n)|(.))", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}
_SOURCE_TYPE = re.compile(r"(?:sourceType: \"|global)(module|script|commonjs|Return: true)")
"""What a case says of its own goes before what its tester says."""
_VALID, _INVALID = frozenset({"valid", "accept"}), frozenset({"invalid", "reject"})


def read_eslint(root: Path, library: Library) -> Iterator[MarkedFile]:
    """Each case of `tests/lib/rules/`: all are valid JavaScript, and those of rules that we ask for are judged so."""
    language = find_language("javascript")
    ours: dict[str, tuple[Rule | None, bool]] = {}
    for rule in library.rules_for(language):
        codes, options = rule.body.get("codes"), rule.body.get("options")
        if isinstance(codes, list) and not options and not rule.body.get("unless"):
            ours |= {str(code).removeprefix("eslint/"): (rule, len(codes) == 1) for code in codes}
    for path in sorted((root / "tests/lib/rules").glob("*.js")):
        for number, case in enumerate(_cases(path)):
            if "parser" in case:
                continue
            kind = _SOURCE_TYPE.search(case["languageOptions"])
            is_script = kind is not None and kind[1] != "module"
            marks = [Mark(False, frozenset({PARSES}), "parses")]
            is_wanted = case["wanted"] == "yes"
            own, is_alone = ours.get(path.stem, (None, False))
            # What one rule of eslint lets pass, another that a rule of ours asks for as well may find.
            if own is not None and "options" not in case and (is_wanted or is_alone):
                marks.append(Mark(is_wanted, frozenset(own.items), path.stem, rules=frozenset({own.id})))
            name = path.with_name(f"{path.stem}-{number}.{'cjs' if is_script else 'js'}")
            yield MarkedFile(name, language, case["code"], tuple(marks))


def read_stylelint(root: Path, library: Library) -> Iterator[MarkedFile]:
    """Each case of `lib/rules/`. Its parser accepts more than CSS: read what is refused before it is called false."""
    language = find_language("css")
    items = {rule.id: frozenset(rule.items) for rule in library.rules_for(language)}
    for path in sorted((root / "lib/rules").glob("*/__tests__/*.mjs")):
        rule = path.parent.parent.name
        for number, case in enumerate(_cases(path)):
            if "customSyntax" in case:
                continue
            is_wanted = case["wanted"] == "yes"
            marks = [] if is_wanted else [Mark(False, frozenset({PARSES}), "parses")]
            ours = STYLELINT.get(rule)
            if ours is not None and case.get("config", "").strip("[] \n") == "true":
                marks.append(Mark(is_wanted, items[ours], rule, rules=frozenset({ours})))
            if marks:
                yield MarkedFile(path.with_name(f"{rule}-{number}.css"), language, case["code"], tuple(marks))


def _cases(path: Path) -> Iterator[dict[str, str]]:
    """What is written beside the code of each case and around it; `wanted` is `yes` where a breach is to be found."""
    tree = SgRoot(path.read_text(encoding="utf-8"), "javascript").root()
    texts = [node.text() for node in tree.find_all(kind="variable_declarator")]
    testers = {text.partition(" ")[0]: text for text in texts if "new RuleTester" in text}
    for pair in tree.find_all(kind="pair"):
        name, listed = _key(pair), pair.field("value")
        if name not in _VALID | _INVALID or listed is None or listed.kind() != "array":
            continue
        around = _pairs(pair.parent())
        default = next((text for name, text in testers.items() if _is_run_by(name, pair)), "")
        for node in listed.children():
            own = _pairs(node)
            code = _constant(own.get("code", node))
            if code is not None:
                told = {key: value.text() for key, value in {**around, **own}.items() if key not in _VALID | _INVALID}
                languages = told.get("languageOptions", "") + default
                more = {"parser": ""} if re.search(r"\bparser\s*[:,]", languages) else {}
                wanted = {"wanted": "yes" if name in _INVALID else ""}
                yield {**told, **more, **wanted, "languageOptions": languages, "code": code}


def _is_run_by(tester: str, pair: SgNode) -> bool:
    """Whether the pair is of what this tester is called with."""
    call = next((node for node in pair.ancestors() if node.kind() == "call_expression"), None)
    return call is not None and call.text().startswith(f"{tester}.run")


def _pairs(node: SgNode | None) -> dict[str, SgNode]:
    children = node.children() if node is not None and node.kind() == "object" else []
    pairs = ((_key(child), child.field("value")) for child in children if child.kind() == "pair")
    return {key: value for key, value in pairs if value is not None}


def _key(pair: SgNode) -> str:
    key = pair.field("key")
    return key.text().strip("\"'") if key is not None else ""


def _constant(node: SgNode) -> str | None:
    """The text that an expression of constants gives; None where it has something else in it."""
    if node.kind() == "string" or (
        node.kind() == "template_string" and node.find(kind="template_substitution") is None
    ):
        return _ESCAPE.sub(_unescape, node.text()[1:-1])
    if node.kind() == "binary_expression" and node.child(1) is not None:
        left, right = node.field("left"), node.field("right")
        texts = [_constant(part) if part is not None else None for part in (left, right)]
        return None if None in texts else "".join(text or "" for text in texts)
    if node.kind() == "call_expression":
        found = re.fullmatch(r"(?s)(\[.*\])\s*\.join\((\"[^\"]*\"|'[^']*')\)", node.text())
        listed = node.find(kind="array") if found is not None else None
        texts = [_constant(part) for part in listed.children() if part.is_named()] if listed is not None else [None]
        return None if found is None or None in texts else _ESCAPE.sub(_unescape, found[2][1:-1]).join(map(str, texts))
    return None


def _unescape(found: re.Match[str]) -> str:
    number = found[1] or found[2] or found[3]
    return chr(int(number, 16)) if number else "" if found[4] else _ESCAPED.get(found[5], found[5])
