"""What the walk follows: names, growth, branches, checks and the types of variables, the same in every language."""

from __future__ import annotations

import pytest

from coding_standards.engines import run as engines
from coding_standards.engines.source import Source
from coding_standards.languages import find_language
from coding_standards.library.compiler import compile_rule
from coding_standards.rules import Rule, RuleError, parse_rules

RULE = "id: r\nlanguage: {language}\nengine: flow\nmessage: m\npurpose: {purpose}\ntrust: {trust}\nsinks: {sinks}\n"


def rule(language: str, sinks: str, purpose: str = "shell", trust: str = "any") -> Rule:
    rules, problems = parse_rules(RULE.format(language=language, sinks=sinks, purpose=purpose, trust=trust), "test")
    assert not problems
    return rules[0]


def found(language: str, code: str, sinks: str = "shell", purpose: str = "shell", trust: str = "any") -> int:
    source = Source(code, find_language(language))
    return len(engines.run_engine("flow", source, [rule(language, sinks, purpose, trust)]).findings)


@pytest.mark.parametrize(
    ("language", "sinks", "code"),
    [
        ("python", "shell", "import os as o\n\n\ndef f(name):\n    o.system('ls ' + name)\n"),
        ("python", "shell", "from subprocess import run as go\n\n\ndef f(name):\n    go(f'ls {name}', shell=True)\n"),
        (
            "python",
            "shell",
            "import pty\n\n\ndef f(a):\n    b = ['sh', '-c']\n    b.append('ls ' + a)\n    pty.spawn(b)\n",
        ),
        ("javascript", "shell", "const cp = require('child_process');\nfunction f(a) {\n  cp.exec(`ls ${a}`);\n}\n"),
        (
            "java",
            "shell-built",
            'class A { void f(String n) { Runtime any = Runtime.getRuntime(); any.exec("ls " + n); } }',
        ),
        ("go", "shell", 'package a\n\nfunc f(n string) {\n\ta := []string{"-c", n}\n\texec.Command("sh", a...)\n}\n'),
        ("rust", "shell", 'fn f(n: &str) {\n    let mut c = Command::new("sh");\n    c.arg("-c").arg(n);\n}\n'),
    ],
)
def test_what_a_name_was_given_decides_and_not_the_name(language: str, sinks: str, code: str) -> None:
    assert found(language, code, sinks) == 1


@pytest.mark.parametrize(
    "body",
    [
        "line = 'ls'",
        "line = 'a' if name else 'b'",
        "line = 'ls ' + shlex.quote(name)",
        "line = f'kill {int(name)}'",
        "line = 'ls'\n    for part in ('-a', '-l'):\n        line += ' ' + part",
        "line = name\n    line = 'ls'",
        "line = 'ls'\n    if 3 * 4 > 20:\n        line = name",
        "if name not in NAMES:\n        return\n    line = 'ls ' + name",
        "line = ' '.join(['ls', '-l'])",
    ],
)
def test_what_is_known_to_be_safe_is_not_told(body: str) -> None:
    assert found("python", f"import os\nimport shlex\n\n\ndef f(name):\n    {body}\n    os.system(line)\n") == 0


@pytest.mark.parametrize(
    "body",
    [
        "line = name",
        "line = 'ls\\n' + 'b' + name",
        "line = 'ls'\n    line += name",
        "line = 'ls'\n    if name:\n        line = name",
        "line = 'ls'\n    try:\n        line = name\n    except OSError:\n        pass",
        "line = '{} {}'.format('ls', name)",
        "line = ' '.join(['ls', name])",
        "held = {}\n    held['a'] = name\n    line = held['a']",
        "if name:\n        print(name)\n    line = name",
        "line, other = name, 1",
        "line = getattr(name, 'text').strip()",
    ],
)
def test_every_way_that_a_value_takes_within_a_function_is_followed(body: str) -> None:
    assert found("python", f"import os\n\n\ndef f(name):\n    {body}\n    os.system(line)\n") == 1


def test_only_what_comes_from_outside_counts_where_a_rule_says_so() -> None:
    code = "from flask import request\n\n\ndef f(name):\n    open(name)\n    open(request.args['name'])\n"
    assert found("python", code, "path", "path", "outside") == 1


def test_an_address_with_a_fixed_host_is_no_address_from_outside() -> None:
    call = "requests.get('https://a.example/' + request.args['p'])"
    code = f"import requests\nfrom flask import request\n\n\ndef f():\n    {call}\n"
    assert found("python", code, "url", "url", "outside") == 0


@pytest.mark.parametrize(
    ("sinks", "wrong"),
    [
        ("nothing", "no group of sinks is called 'nothing'"),
        ("[{at: [0]}]", "a sink is a mapping with"),
        ("[{call: [a], judge: guess}]", "unknown `judge` 'guess'"),
        ("[{call: [a], colour: red}]", "a sink has no key 'colour'"),
    ],
)
def test_a_rule_that_is_not_well_formed_is_refused_with_the_reason(sinks: str, wrong: str) -> None:
    with pytest.raises(RuleError, match=wrong):
        compile_rule(rule("python", sinks), find_language("python"))


def test_a_team_may_name_sinks_of_its_own() -> None:
    own = "[{call: [shop.tools.launch], at: [0, line]}]"
    code = "from shop import tools\n\n\ndef f(name):\n    tools.launch(line='ls ' + name)\n    tools.launch('ls')\n"
    assert found("python", code, own) == 1


_CALLER = (
    "import os, flask\n\n\ndef pick(word):\n    {body}\n\n\ndef f():\n    os.system(pick(flask.request.args['q']))\n"
)


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("return word.strip()", 1),
        ("return 'ls'", 0),
        ("return int(word)", 0),
        ("words = ['ls']\n    words.append(word)\n    words.pop(0)\n    return words[0]", 1),
        ("words = ['ls']\n    words.append(word)\n    return words[0]", 0),
        ("return pick(word)", 1),
    ],
)
def test_a_function_of_the_same_file_is_read_with_what_it_is_given(body: str, count: int) -> None:
    assert found("python", _CALLER.format(body=body), trust="outside") == count


def test_what_reaches_a_sink_in_a_helper_is_told_there() -> None:
    code = "import flask, os\n\n\ndef start(name):\n    os.system(name)\n\n\n"
    code += "def f():\n    start(flask.request.args['q'])\n"
    assert found("python", code, trust="outside") == 1


def test_a_method_of_an_inner_class_is_read_where_it_is_called() -> None:
    code = (
        "class A {{ void f(HttpServletRequest r) throws Exception {{ Runtime.getRuntime().exec(new B().g("
        'r.getParameter("a"))); }}\n class B {{ String g(String p) {{ char c = "xy".charAt({place}); String s;\n'
        "switch (c) {{ case 'x': s = p; break; default: s = \"ls\"; break; }} return s; }} }} }}"
    )
    assert [found("java", code.format(place=place), "shell-outside", trust="outside") for place in (0, 1)] == [1, 0]


def test_a_framework_that_answers_with_data_makes_no_page_of_what_is_returned() -> None:
    code = "from {framework}\n\n\n@app.get('/a')\ndef f(name: str):\n    return 'hello ' + name\n"
    for framework, count in (("flask import Flask", 1), ("fastapi import FastAPI", 0)):
        assert found("python", code.format(framework=framework), "html-outside", "html", "outside") == count


def test_a_helper_that_is_a_method_is_read_by_the_name_of_its_receiver() -> None:
    code = (
        "package a\n\nfunc (c *C) serve(w http.ResponseWriter, r *http.Request) {{\n"
        '\tw.Write(c.page(r.FormValue("q")))\n}}\n\nfunc (c *C) page(name string) []byte {{\n\treturn {returned}\n}}\n'
    )
    for returned, count in (('[]byte("<b>" + name)', 1), ('[]byte("<b>")', 0)):
        assert found("go", code.format(returned=returned), "html-outside", "html", "outside") == count
