"""Which engine compiles which rule, and what came of it.

Its one rule: a rule is compiled once per language, in the thread that first needs it, and a bad one stops no other.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

from coding_standards.languages import Language
from coding_standards.rules import Rule, RuleError

Judge = Callable[[Rule, Language], None]
"""Raises `RuleError` when the rule cannot be used."""


def compile_rule(rule: Rule, language: Language) -> None:
    """Compile one rule with its engine.

    Raises:
        RuleError: the rule cannot be used; the text names file, id and reason.
    """
    from coding_standards.engines.run import load_engine  # late: a handshake can do without engines

    load_engine(rule.engine).compile_rule(rule, language)


class RuleCompiler:
    """Remembers for each rule and language whether it can be used; shared by successive snapshots."""

    def __init__(self, judge: Judge = compile_rule) -> None:
        self._judge = judge
        self._lock = threading.RLock()
        # The rule is kept beside its verdict: the key is its identity, which is only unique while it lives.
        self._verdicts: dict[tuple[int, str], tuple[Rule, str | None]] = {}
        self._doubts: dict[int, tuple[Rule, str | None]] = {}

    def __reduce__(self) -> tuple[type[RuleCompiler], tuple[Judge]]:
        """Travel to another process without lock and verdicts."""
        return RuleCompiler, (self._judge,)

    def reason(self, rule: Rule, language: Language) -> str | None:
        """Why this rule cannot be used for this language, or None when it can."""
        key = (id(rule), language.name)
        with self._lock:
            known = self._verdicts.get(key)
            if known is None:
                known = self._verdicts[key] = (rule, self._compile(rule, language))
        return known[1]

    def doubts(self, rule: Rule) -> str | None:
        """What the rule's own examples say against it, or None; tried once."""
        from coding_standards.library.examples import doubts  # late: it brings engines that a handshake can do without

        with self._lock:
            known = self._doubts.get(id(rule))
            if known is None:
                known = self._doubts[id(rule)] = (rule, _reason(rule, lambda: doubts(rule)))
        return known[1]

    def keep_only(self, rules: Iterable[Rule]) -> None:
        """Drop the verdicts on rules that no snapshot will ask about any more."""
        kept = {id(rule) for rule in rules}
        with self._lock:
            self._verdicts = {key: known for key, known in self._verdicts.items() if key[0] in kept}
            self._doubts = {key: known for key, known in self._doubts.items() if key in kept}

    def _compile(self, rule: Rule, language: Language) -> str | None:
        return _reason(rule, lambda: self._judge(rule, language))


def _reason(rule: Rule, judge: Callable[[], str | None]) -> str | None:
    """What a judge says against a rule; that it breaks off is said as well, since the rules of others go on."""
    try:
        return judge()
    except RuleError as error:
        return str(error)
    except Exception as error:  # noqa: BLE001 - a team's rule may break an engine in any way
        return _breach(rule, error)
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit):
            raise
        return _breach(rule, error)  # a panic in a Rust parser is no Exception


def _breach(rule: Rule, error: BaseException) -> str:
    reason = " ".join(str(error).partition("\n")[0].split())[:200]
    return f"{rule.source}: {rule.id}: broke off: {type(error).__name__}: {reason}"
