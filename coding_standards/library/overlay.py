"""A team's standards and rules laid over the built-in ones.

Its one rule: the same name or id replaces, a new one adds, and a name that means nothing is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from coding_standards.languages import NAMES, UnknownLanguageError, find_language
from coding_standards.library.team import TeamSettings
from coding_standards.project.texts import ProjectText
from coding_standards.report import SUPPRESSION
from coding_standards.rules import ANY, Rule
from coding_standards.standards import Kind, Standard

Standards = dict[tuple[Kind, str], Standard]
Candidates = tuple[Rule, ...]
"""One rule id: the version wanted, then what is used in its place when it does not compile."""


def lay_over(own: Iterable[Standard], team: Sequence[Standard]) -> tuple[Standards, list[str]]:
    """Lay a team's standards over the built-in ones; also tell what is wrong with them."""
    standards: Standards = {(standard.kind, standard.name): standard for standard in own}
    built_in, problems = dict(standards), []
    for standard in team:
        key = (standard.kind, standard.name)
        if standards.get(key) is not built_in.get(key):
            problems.append(f"{standard.source}: takes the place of {standards[key].source}; keep one of the two")
        replaced = built_in.get(key)
        if replaced is not None and "topics" not in standard.meta:
            # A team that only rewrites the items still wants the security and error topics in its checks.
            standard = replace(standard, meta={**standard.meta, "topics": list(replaced.topics)})
        standards[key] = standard
    for standard in team:
        problems += _unknown_topics(standard, standards)
    return standards, problems + _find_repeated_items(standards.values())


def attach(team: Iterable[Standard], own: Iterable[Standard]) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    """Which topics of a team's go with which languages beside those that the languages name themselves.

    A topic's front matter may say `languages: [python, go]`; without it a new topic goes with every language.
    """
    own_topics = {standard.name for standard in own if standard.kind == "topic"}
    attached: dict[str, tuple[str, ...]] = {}
    problems: list[str] = []
    for topic in team:
        wanted = topic.meta.get("languages")
        if topic.kind != "topic" or (wanted is None and topic.name in own_topics):
            continue
        for name in wanted if isinstance(wanted, list) else NAMES:
            try:
                language = find_language(str(name)).name
            except UnknownLanguageError as error:
                problems.append(f"{topic.source}: languages: {error}")
            else:
                attached[language] = (*attached.get(language, ()), topic.name)
    return attached, problems


def candidates(
    own: Iterable[Rule], team: Iterable[Rule], earlier: Callable[[Rule], Candidates]
) -> tuple[tuple[Candidates, ...], list[str]]:
    """For each rule id the versions in order of preference: the team's, `earlier` ones of it, the built-in one."""
    chosen: dict[str, Candidates] = {rule.id: (rule,) for rule in own}
    problems: list[str] = []
    sources: dict[str, str] = {}
    for rule in team:
        if rule.language not in (*NAMES, ANY):
            known = ", ".join((*NAMES, ANY))
            problems.append(
                f"{rule.source}: {rule.id}: unknown language {rule.language!r}; known: {known}; it is ignored"
            )
            continue
        if rule.id in sources:
            problems.append(
                f"{rule.source}: {rule.id}: the id is also in {sources[rule.id]}; the later one is in force"
            )
        sources[rule.id] = rule.source
        versions = (rule, *earlier(rule), *chosen.get(rule.id, ()))
        chosen[rule.id] = tuple({id(version): version for version in versions}.values())
    return tuple(chosen.values()), problems


def unknown_ids(
    settings: TeamSettings,
    standards: Standards,
    rules: Iterable[Candidates],
    team: Iterable[Rule],
    texts: Iterable[ProjectText] = (),
) -> list[str]:
    """Ids in `standards.yml` or in a team's rules that name nothing."""
    items = {item.id for standard in standards.values() for item in standard.items}
    items |= {item.id for text in texts if not text.on_request for item in text.items}
    rule_ids = {versions[0].id for versions in rules} | _suppressions(settings)
    stray = sorted(settings.disabled - items - rule_ids)
    problems = [f"standards.yml: disable: {name} is neither an item nor a rule" for name in stray]
    stray = sorted(set(settings.severities) - rule_ids)
    problems += [f"standards.yml: severity: {name} is no rule" for name in stray]
    problems += [
        f"standards.yml: proves: no standard has the item {name}" for name in sorted(set(settings.proves) - items)
    ]
    for rule in team:
        missing = ", ".join(item for item in rule.items if item not in items)
        if missing:
            is_off = not any(item in items for item in rule.items)
            fate = "; the rule is off" if is_off else ""
            problems.append(f"{rule.source}: {rule.id}: no standard has the item {missing}{fate}")
    return problems


def _suppressions(settings: TeamSettings) -> frozenset[str]:
    named = {*settings.disabled, *settings.severities}
    if not any(name.startswith(SUPPRESSION) for name in named):
        return frozenset()
    from coding_standards.suppressions.ledger import (
        rule_ids,
    )  # late: it brings a parser that a handshake can do without

    return rule_ids()


def _unknown_topics(standard: Standard, standards: Mapping[tuple[Kind, str], Standard]) -> list[str]:
    missing = [name for name in standard.topics if ("topic", name) not in standards]
    return [f"{standard.source}: topics: there is no topic {name!r}" for name in missing]


def _find_repeated_items(standards: Iterable[Standard]) -> list[str]:
    first: dict[str, Standard] = {}
    problems: list[str] = []
    for standard in standards:
        for item in standard.items:
            other = first.setdefault(item.id, standard)
            if other is not standard:
                problems.append(f"{standard.source}: the item id {item.id} is also in {other.uri}; give each its own")
    return problems
