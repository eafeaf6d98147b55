"""The library and its store: a team's directory over the built-in one, reloads, and what is refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from coding_standards.checks.checker import ruleset_for
from coding_standards.languages import NAMES, find_language
from coding_standards.library.compiler import RuleCompiler
from coding_standards.library.overlay import candidates
from coding_standards.library.snapshot import Library
from coding_standards.library.store import LibraryStore, load_library
from coding_standards.library.texts import index, language_text, pages, summary
from coding_standards.rules import BUILT_IN, parse_rules

PYTHON = find_language("python")
CSS = find_language("css")

RULE = """id: {id}
language: {language}
severity: error
items: [{items}]
message: Use the logger.
rule: {body}
valid: ["log.info(1)\\n"]
invalid: ["print(1)\\n"]
"""


def rule(
    name: str = "team-no-print", language: str = "Python", items: str = "", body: str = "{pattern: print($$$A)}"
) -> str:
    return RULE.format(id=name, language=language, items=items, body=body)


def write(root: Path, name: str, text: str) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def rule_ids(library: Library) -> list[str]:
    return [found.id for found in library.rules_for(PYTHON)]


def test_without_a_team_the_built_in_standards_are_in_force_and_nothing_is_wrong() -> None:
    library = load_library()
    assert {"general", "security", "errors", "documentation", "testing", "performance", "git", "review"} <= set(
        library.names("topic")
    )
    assert library.problems == ()
    assert all(standard.source == BUILT_IN for standard in library.standards.values())


def test_a_file_of_the_same_name_replaces_and_a_new_name_adds(tmp_path: Path) -> None:
    write(tmp_path, "languages/css.md", "# CSS of ours\n\n- `CSS-901` Use variables.\n")
    write(tmp_path, "topics/api.md", "# API\n\n- `API-001` Paths are plural.\n")
    library = load_library(tmp_path)
    css = library.standard("language", "css")
    assert css is not None
    assert [item.id for item in css.items] == ["CSS-901"]
    assert css.source == "languages/css.md"
    assert "general" in css.topics  # a replaced language keeps the topics of the built-in one
    assert "API-001" in {item.id for item in library.items_of(CSS)}
    assert library.load_problems == ()


def test_a_new_topic_goes_with_the_languages_that_it_names(tmp_path: Path) -> None:
    write(tmp_path, "topics/api.md", "---\nlanguages: [py, cobol]\n---\n- `API-001` Paths are plural.\n")
    library = load_library(tmp_path)
    assert "api" in [topic.name for topic in library.topics_of(PYTHON)]
    assert "api" not in [topic.name for topic in library.topics_of(CSS)]
    assert any("cobol" in problem for problem in library.load_problems)


def test_a_flat_directory_works_and_its_readme_is_no_standard(tmp_path: Path) -> None:
    write(tmp_path, "PY.md", "# Ours\n\n- `PY-901` Use dataclasses.\n")
    write(tmp_path, "api.md", "- `API-001` Paths are plural.\n")
    write(tmp_path, "README.md", "# What this is\n")
    write(tmp_path, "rules.yml", rule(items="PY-901"))
    write(tmp_path, "docker-compose.yml", "services: {}\n")
    library = load_library(tmp_path)
    python = library.standard("language", "python")
    assert python is not None
    assert python.source == "PY.md"
    assert "readme" not in library.names("topic")
    assert "team-no-print" in rule_ids(library)
    assert library.load_problems == ()


def test_two_files_for_one_standard_are_named(tmp_path: Path) -> None:
    write(tmp_path, "python.md", "- `PY-901` One.\n")
    write(tmp_path, "languages/python.md", "- `PY-902` Two.\n")
    library = load_library(tmp_path)
    assert library.items_of(PYTHON)[0].id == "PY-902"
    assert any("python.md" in problem and "keep one" in problem for problem in library.load_problems)


def test_a_language_that_is_none_of_ours_is_reported_with_the_remedy(tmp_path: Path) -> None:
    write(tmp_path, "languages/cobol.md", "- `COB-001` Stop.\n")
    (problem,) = load_library(tmp_path).load_problems
    assert "languages/cobol.md: unknown language 'cobol'" in problem
    assert "put it in topics/" in problem


def test_a_rule_of_the_same_id_replaces_and_a_new_one_adds(tmp_path: Path) -> None:
    write(tmp_path, "rules/python.yml", rule())
    store = LibraryStore(tmp_path)
    assert "team-no-print" in rule_ids(store.current())
    write(tmp_path, "rules/python.yml", rule(body="{pattern: pprint($$$A)}"))
    library = store.current()
    assert rule_ids(library).count("team-no-print") == 1
    (found,) = [found for found in library.rules_for(PYTHON) if found.id == "team-no-print"]
    assert found.body == {"rule": {"pattern": "pprint($$$A)"}}


def test_items_are_listed_by_number_and_the_text_keeps_its_themes(tmp_path: Path) -> None:
    lines = [f"- `{name}` Rule." for name in ("OPS-010", "OPS-002", "API-003", "OPS-001", "API-001")]
    write(tmp_path, "topics/ops.md", "\n".join(lines) + "\n")
    ops = load_library(tmp_path).standard("topic", "ops")
    assert ops is not None
    assert [item.id for item in ops.items] == ["OPS-001", "OPS-002", "OPS-010", "API-001", "API-003"]
    assert ops.body.splitlines() == lines


def test_items_and_rules_are_switched_off_in_text_checks_and_lists(tmp_path: Path) -> None:
    write(tmp_path, "standards.yml", "disable: [SEC-002, general-merge-markers, team-no-print, NO-999]\n")
    write(tmp_path, "rules/python.yml", rule(items="SEC-002") + "---\n" + rule("team-eval", items="SEC-002"))
    library = load_library(tmp_path)
    security = library.standard("topic", "security")
    assert security is not None
    assert "SEC-002" not in security.body
    assert "SEC-001" in security.body
    assert "SEC-003" in security.body
    assert "SEC-002" not in {item.id for item in library.items_of(PYTHON)}
    assert "team-no-print" not in rule_ids(library)
    assert "team-eval" not in rule_ids(library)  # all that it proves is switched off
    assert [problem for problem in library.load_problems if "NO-999" in problem]
    assert "SEC-002" in summary(library).split("Switched off by")[1].splitlines()[0]


def test_a_severity_is_changed_and_a_line_length_set(tmp_path: Path) -> None:
    write(tmp_path, "standards.yml", "severity: {team-no-print: warning}\nline_length: 100\n")
    write(tmp_path, "rules/python.yml", rule())
    library = load_library(tmp_path)
    (found,) = [found for found in library.rules_for(PYTHON) if found.id == "team-no-print"]
    assert found.severity == "warning"
    assert ruleset_for(library, PYTHON).settings.line_length == 100
    assert "100 characters" in language_text(library, PYTHON)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("disabel: [X]\n", "disabel"),
        ("line_length: many\n", "line_length"),
        ("severity: {a-rule: fatal}\n", "severity.a-rule"),
        ("- a list\n", "standards.yml"),
        ("a: [", "not YAML"),
        ("ruff: ../ruff.toml\n", "leads out"),
        ("ruff: missing.toml\n", "missing.toml"),
    ],
)
def test_a_wrong_settings_file_is_reported_by_key(tmp_path: Path, text: str, said: str) -> None:
    team = tmp_path / "team"
    write(tmp_path, "ruff.toml", "")
    write(team, "standards.yml", text)
    (problem,) = load_library(team).load_problems
    assert said in problem
    assert "it is ignored" in problem


def test_ruff_is_pointed_at_the_teams_own_configuration(tmp_path: Path) -> None:
    write(tmp_path, "ruff.toml", "line-length = 99\n")
    write(tmp_path, "standards.yml", "ruff: ./ruff.toml\n")
    library = load_library(tmp_path)
    assert library.settings.ruff_config == tmp_path / "ruff.toml"
    assert library.load_problems == ()


def test_a_broken_file_keeps_its_last_good_version_and_says_so(tmp_path: Path) -> None:
    topic = write(tmp_path, "topics/api.md", "- `API-001` Paths are plural.\n")
    settings = write(tmp_path, "standards.yml", "line_length: 77\n")
    rules = write(tmp_path, "rules/python.yml", rule())
    store = LibraryStore(tmp_path)
    assert store.current().load_problems == ()
    topic.write_text("---\n[not yaml\n---\n- `API-002` Other.\n", encoding="utf-8")
    settings.write_text("line_length: [\n", encoding="utf-8")
    rules.write_text("id: [\n", encoding="utf-8")
    library = store.current()
    api = library.standard("topic", "api")
    assert api is not None
    assert [item.id for item in api.items] == ["API-001"]
    assert library.settings.line_length == 77
    assert "team-no-print" in rule_ids(library)
    kept = [problem for problem in library.load_problems if "last good version" in problem]
    assert sorted(problem.split(":")[0] for problem in kept) == ["rules/python.yml", "standards.yml", "topics/api.md"]
    assert all(problem in index(library) for problem in kept)
    topic.write_text("- `API-002` Other.\n", encoding="utf-8")
    assert [item.id for item in (store.current().standard("topic", "api") or api).items] == ["API-002"]


def test_one_malformed_rule_keeps_its_last_good_version_and_stops_no_other(tmp_path: Path) -> None:
    rules = write(tmp_path, "rules/python.yml", rule())
    store = LibraryStore(tmp_path)
    store.current()
    rules.write_text(rule().replace("error", "fatal") + "---\n" + rule("team-second"), encoding="utf-8")
    library = store.current()
    assert {"team-no-print", "team-second"} <= set(rule_ids(library))
    (problem,) = library.load_problems
    assert "rules/python.yml: team-no-print: unknown severity 'fatal'" in problem


def test_a_rule_that_does_not_compile_is_named_and_its_last_good_version_stays(tmp_path: Path) -> None:
    rules = write(tmp_path, "rules/python.yml", rule())
    store = LibraryStore(tmp_path)
    store.current()
    for bad in ("one", "two", "three"):  # several bad saves in a row
        rules.write_text(rule(body=f"{{kind: no_such_kind_{bad}}}") + "---\n" + rule("team-second"), encoding="utf-8")
        library = store.current()
        (found,) = [found for found in library.rules_for(PYTHON) if found.id == "team-no-print"]
        assert found.body == {"rule": {"pattern": "print($$$A)"}}
        assert "team-second" in rule_ids(library)
        (problem,) = library.problems
        assert problem.startswith("rules/python.yml: team-no-print: ")
        assert problem in library.problems_for(PYTHON)
        assert problem not in library.problems_for(CSS)


def test_a_rule_that_never_compiled_is_off_and_reported(tmp_path: Path) -> None:
    write(tmp_path, "rules/python.yml", rule(body="{kind: no_such_kind}") + "---\n" + rule("team-second"))
    library = load_library(tmp_path)
    assert "team-no-print" not in rule_ids(library)
    assert "team-second" in rule_ids(library)
    assert library.problems[0].endswith("the rule is off")


@pytest.mark.parametrize("nameless", ["idd: team-no-print", "id: [x]", "- a list\n---\nid: team-third", ""])
def test_a_rule_whose_name_is_lost_keeps_its_last_good_version(tmp_path: Path, nameless: str) -> None:
    rules = write(tmp_path, "rules/python.yml", rule() + "---\n" + rule("team-second"))
    store = LibraryStore(tmp_path)
    store.current()
    for _ in range(2):  # and keeps it over a second bad save
        rules.write_text(rule().replace("id: team-no-print", nameless) + "---\n" + rule("team-second"), "utf-8")
        library = store.current()
        assert {"team-no-print", "team-second"} <= set(rule_ids(library))
        assert library.load_problems[0].endswith("its last good version stays in force")
    rules.write_text(rule("team-second"), encoding="utf-8")
    assert "team-no-print" not in rule_ids(store.current())


@pytest.mark.parametrize(
    ("examples", "said"),
    [
        ("valid: []", "it has no `valid` example"),
        ("invalid: []", "it has no `invalid` example"),
        ("valid: ['print(2)']", "it refuses its `valid` example 1"),
        ("invalid: ['print(2)', 'pprint(1)']", "it accepts its `invalid` example 2"),
    ],
)
def test_a_rule_that_its_examples_do_not_bear_out_is_used_and_said(tmp_path: Path, examples: str, said: str) -> None:
    kept = [line for line in rule().splitlines() if line.partition(":")[0] != examples.partition(":")[0]]
    write(tmp_path, "rules/python.yml", "\n".join([*kept, examples, ""]))
    library = load_library(tmp_path)
    assert "team-no-print" in rule_ids(library)
    problem = f"rules/python.yml: team-no-print: {said}; it is in force as it is written"
    assert library.problems == library.problems_for(PYTHON) == (problem,)
    assert library.problems_for(CSS) == ()
    write(tmp_path, "standards.yml", "disable: [team-no-print]\n")
    assert load_library(tmp_path).problems == ()


def test_examples_of_every_engine_and_of_rules_for_any_language_are_tried(tmp_path: Path) -> None:
    ruff_rule = "id: no-bare\nlanguage: Python\nengine: ruff\nmessage: m\ncodes: [E722]\n"
    write(tmp_path, "rules/python.yml", ruff_rule + "valid: ['x = 1\\n']\ninvalid: ['y = 1\\n']\n")
    any_rule = "id: no-prose\nengine: builtin\ncheck: merge_markers\nmessage: m\n"
    write(tmp_path, "rules/general.yml", any_rule + "valid: ['x = 1\\n']\ninvalid: [{code: 'a {}', path: a.css}]\n")
    said = load_library(tmp_path).problems
    assert [problem.split(";")[0].rpartition(": ")[2] for problem in said] == ["it accepts its `invalid` example 1"] * 2


@pytest.mark.parametrize(
    "line", ["- `AC-1` Short.", "- `AC-0001` Long.", "* `API_001` Score.", "- `api-3` x.", "- `API-007`"]
)
def test_an_item_whose_id_is_misspelt_is_reported(tmp_path: Path, line: str) -> None:
    write(tmp_path, "topics/api.md", f"- `API-001` Paths are plural.\n{line}\n")
    (problem,) = load_library(tmp_path).load_problems
    assert problem.startswith(f"topics/api.md: - {line[2:].split('`')[0]}`")
    assert problem.endswith("it is no item")


@pytest.mark.parametrize("line", ["- `UTF-8` is used.", "- `red-500` is ours.", "- `ISO-8601` dates", "- `a-1`"])
def test_a_line_that_begins_with_a_name_in_code_is_no_misspelt_item(tmp_path: Path, line: str) -> None:
    write(tmp_path, "topics/api.md", f"- `API-001` Paths are plural.\n{line}\n")
    assert load_library(tmp_path).load_problems == ()


def test_a_rule_of_an_unknown_language_or_for_an_unknown_item_is_reported(tmp_path: Path) -> None:
    write(tmp_path, "rules/python.yml", rule(language="Cobol") + "---\n" + rule("team-second", items="PY-999"))
    library = load_library(tmp_path)
    assert [problem for problem in library.load_problems if "unknown language 'cobol'" in problem]
    assert [problem for problem in library.load_problems if "no standard has the item PY-999" in problem]


def test_the_next_call_sees_a_change_and_reads_nothing_when_there_is_none(tmp_path: Path) -> None:
    store = LibraryStore(tmp_path)
    first = store.current()
    assert store.current() is first
    write(tmp_path, "topics/api.md", "- `API-001` Paths are plural.\n")
    second = store.current()
    assert second.version == first.version + 1
    assert second.standard("topic", "api") is not None
    (tmp_path / "topics/api.md").unlink()
    assert store.current().standard("topic", "api") is None


def test_a_directory_that_does_not_exist_leaves_the_built_in_standards_until_it_appears(tmp_path: Path) -> None:
    store = LibraryStore(tmp_path / "later")
    library = store.current()
    assert library.names("topic")
    assert "create it" in library.load_problems[0]
    write(tmp_path, "later/topics/api.md", "- `API-001` Paths are plural.\n")
    library = store.current()
    assert library.standard("topic", "api") is not None
    assert library.load_problems == ()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
def test_a_named_pipe_is_refused_and_never_opened(tmp_path: Path) -> None:
    (tmp_path / "topics").mkdir()
    os.mkfifo(tmp_path / "topics/pipe.md")
    assert "not a regular file" in load_library(tmp_path).load_problems[0]


def test_links_that_lead_out_are_refused_and_links_inside_are_followed(tmp_path: Path) -> None:
    team = tmp_path / "team"
    outside = write(tmp_path, "secret.md", "- `SEC-901` Outside.\n")
    inside = write(team, "shared/api.txt", "- `API-001` Paths are plural.\n")
    (team / "topics").mkdir()
    try:
        (team / "topics/secret.md").symlink_to(outside)
        (team / "topics/api.md").symlink_to(inside)
        (team / "topics/gone.md").symlink_to(tmp_path / "nowhere.md")
        (team / "rules").symlink_to(tmp_path, target_is_directory=True)
    except OSError:
        pytest.skip("this system lets no ordinary user make links")
    write(tmp_path, "python.yml", rule())
    library = load_library(team)
    assert library.standard("topic", "secret") is None
    assert library.standard("topic", "api") is not None
    assert "team-no-print" not in rule_ids(library)
    said = "\n".join(library.load_problems)
    assert "topics/secret.md: leads out of the standards directory" in said
    assert "rules/python.yml: leads out of the standards directory" in said
    assert "topics/gone.md: cannot be read" in said


def test_files_that_are_too_large_not_utf8_or_badly_named_are_reported(tmp_path: Path) -> None:
    write(tmp_path, "topics/large.md", "x" * 500_001)
    write(tmp_path, "topics/bad name.md", "- `BAD-001` Name.\n")
    (tmp_path / "topics/latin.md").write_bytes(b"caf\xe9")
    said = "\n".join(load_library(tmp_path).load_problems)
    assert "topics/large.md: is larger than" in said
    assert "topics/bad name.md: a name is made of" in said
    assert "topics/latin.md: not UTF-8 at byte 3" in said


def test_an_item_id_used_twice_is_reported(tmp_path: Path) -> None:
    write(tmp_path, "topics/api.md", "- `SEC-001` Mine.\n")
    (problem,) = load_library(tmp_path).load_problems
    assert "SEC-001" in problem
    assert "topics/api.md" in problem


def test_what_a_project_says_is_part_of_the_library(tmp_path: Path) -> None:
    write(tmp_path, "AGENTS.md", "# House rules\n\nRun the linter before each commit.\n")
    write(tmp_path, ".editorconfig", "root = true\n[*.py]\nmax_line_length = 90\n")
    store = LibraryStore(project=tmp_path)
    library = store.current()
    assert "Run the linter" in language_text(library, PYTHON)
    assert "`AGENTS.md`" in language_text(library, PYTHON)
    assert "`AGENTS.md`" in index(library)
    assert "`AGENTS.md`" in summary(library)
    assert ruleset_for(library, PYTHON).settings.line_length == 90
    assert ruleset_for(library, CSS).settings.line_length == 120
    write(tmp_path, "AGENTS.md", "# House rules\n\nRun the formatter, too.\n")
    assert "formatter" in language_text(store.current(), PYTHON)


def test_the_teams_line_length_beats_the_projects(tmp_path: Path) -> None:
    write(tmp_path, "team/standards.yml", "line_length: 100\n")
    write(tmp_path, "project/.editorconfig", "root = true\n[*]\nmax_line_length = 90\n")
    library = load_library(tmp_path / "team", tmp_path / "project")
    assert library.line_length(PYTHON) == 100


def test_a_path_is_taken_relative_to_the_project_and_never_beyond_it(tmp_path: Path) -> None:
    library = load_library(project=tmp_path)
    assert library.place("src/app.py") == "src/app.py"
    assert library.place(".\\src\\app.py") == "src/app.py"
    assert library.place(str(tmp_path / "src" / "app.py")) == "src/app.py"
    assert library.place("../outside.py") is None
    assert library.place("/etc/passwd") is None
    assert library.place(None) is None


def test_each_rule_is_compiled_once_per_language() -> None:
    compiled: list[str] = []
    library = load_library()
    counting = RuleCompiler(lambda found, language: compiled.append(f"{found.id}/{language.name}"))
    rules, problems = candidates([versions[0] for versions in library.rules], [], lambda found: ())
    fresh = Library(library.standards, rules, compiler=counting)
    for _ in range(2):
        fresh.problems_for(CSS)
        fresh.rules_for(CSS)
    assert problems == []
    assert len(compiled) == len(set(compiled)) > 0


def test_every_page_can_be_made() -> None:
    for uri, make in pages(load_library()).items():
        assert make().strip(), uri


@pytest.mark.parametrize("language", NAMES)
def test_every_language_has_a_standard_that_is_mostly_proved(language: str) -> None:
    library = load_library()
    standard = library.standard("language", language)
    assert standard is not None
    assert len(standard.items) >= 12
    own = {item.id for item in standard.items}
    rules = library.rules_for(find_language(language))
    proved = own & {item for found in rules for item in found.items}
    assert len(proved) >= 8


def test_every_rule_proves_an_item_that_a_check_of_its_language_covers() -> None:
    library = load_library()
    known = {name: {item.id for item in library.items_of(find_language(name))} for name in NAMES}
    stray = {
        (rule.id, item)
        for (rule, *_) in library.rules
        for item in rule.items
        for name in ((rule.language,) if rule.language in NAMES else NAMES)
        if item not in known[name]
    }
    assert not stray
    assert all(rule.items for (rule, *_) in library.rules)


def test_a_rule_that_names_a_key_twice_is_reported() -> None:
    """YAML would keep the second silently, and half of the rule would be gone."""
    rules, problems = parse_rules("id: x\nmessage: m\nrule: {not: {kind: a}, not: {kind: b}}\n", "rules/python.yml")
    assert rules == []
    assert "the key 'not' stands twice" in problems[0]
