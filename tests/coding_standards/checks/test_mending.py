"""What is mended before anybody is asked: the forms that a machine knows, and that nothing gets worse by it."""

from __future__ import annotations

import io
import json
import pickle
from dataclasses import replace

import pytest

from coding_standards.checks.checker import ruleset_for
from coding_standards.checks.mending import judge
from coding_standards.checks.worker import Request, serve
from coding_standards.languages import find_language
from coding_standards.library.store import LibraryStore
from coding_standards.report import CheckReport

LIBRARY = LibraryStore().current()


def request(code: str, language: str, *, is_mending: bool = True) -> Request:
    found = find_language(language)
    return Request(code, found, ruleset_for(LIBRARY, found), None, None, None, {} if is_mending else None)


def mend(code: str, language: str) -> CheckReport:
    return judge(request(code, language))


@pytest.mark.parametrize(
    ("language", "code", "mended"),
    [
        ("python", '"""A."""\nimport os\n\nX = """\n  \n"""\nY = 1  \n', '"""A."""\n\nX = """\n  \n"""\nY = 1\n'),
        (
            "python",
            '"""A."""\n\nimport os\n\n\nX: Optional[str] = re.sub(os.sep, "", str(Path("a")))\n',
            '"""A."""\n\nfrom pathlib import Path\nimport re\nimport os\n\n\n'
            'X: str | None = re.sub(os.sep, "", str(Path("a")))\n',
        ),
        ("python", "X = json.dumps(1)\n", "import json\n\n\nX = json.dumps(1)\n"),
        ("python", "#!/usr/bin/python\nX = sys.path\n", "#!/usr/bin/python\n\nimport sys\n\n\nX = sys.path\n"),
        (
            "python",
            '# Free.\r\n\r\n"""A."""\r\nfrom __future__ import annotations\r\n\r\nX = sys.path\r\n',
            '# Free.\r\n\r\n"""A."""\r\nfrom __future__ import annotations\r\n\r\nimport sys\r\n\r\n\r\n'
            "X = sys.path\r\n",
        ),
        ("sql", "SELECT a\r\nFROM b;  \r\n\r\n", "SELECT a\r\nFROM b;\r\n"),
        ("css", ".a {\n  color: red;  \n}", ".a {\n  color: red;\n}\n"),
        (
            "go",
            '// Package a is one.\npackage a // here\n\nimport "fmt"\n\n// A is one.\nvar A = os.Args\n',
            '// Package a is one.\npackage a // here\n\nimport "os"\n\n// A is one.\nvar A = os.Args\n',
        ),
        (
            "go",
            '// A.\npackage a\n\nimport (\n\t"fmt"\n\t"x.y/z"\n)\n\n// A is.\nvar A = z.B(io.EOF, os.Args)\n',
            '// A.\npackage a\n\nimport (\n\t"io"\n\t"os"\n\n\t"x.y/z"\n)\n\n// A is.\nvar A = z.B(io.EOF, os.Args)\n',
        ),
        ("go", '// Package a is one.\npackage a\n\nimport "fmt"\n', "// Package a is one.\npackage a\n"),
        (
            "rust",
            "//! A.\n\n/// B.\npub fn b(x: Arc<u8>) -> HashMap<u8, u8> {\n    c(x)\n}\n",
            "//! A.\n\nuse std::collections::HashMap;\nuse std::sync::Arc;\n\n"
            "/// B.\npub fn b(x: Arc<u8>) -> HashMap<u8, u8> {\n    c(x)\n}\n",
        ),
        (
            "rust",
            "use std::rc::Rc;\n\n/// B.\npub fn b(x: Rc<u8>) -> Arc<u8> {\n    c(x)\n}\n",
            "use std::sync::Arc;\nuse std::rc::Rc;\n\n/// B.\npub fn b(x: Rc<u8>) -> Arc<u8> {\n    c(x)\n}\n",
        ),
    ],
)
def test_imports_and_white_space_are_mended(language: str, code: str, mended: str) -> None:
    assert mend(code, language).mended == mended


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("python", '"""A."""\n\nX = 1\n'),
        ("python", "X = string.split(',')\nY = queue\nZ = Other()\n"),  # variables that nobody made
        ("python", "def f(:  \n"),  # what does not parse
        ("python", 'X = """a  \nb"""\n'),  # within a string
        ("python", "import app.signals\n\nX = 1\n"),  # it may be there for what it does
        ("python", "from fastapi import Query\n\nX: Query = Path(ge=1)\n"),
        ("python", "X = cache.get(1)\nY = datetime.now(1) + datetime.timedelta(1)\n"),
        ("sql", "SELECT a;  \r\nSELECT b;\n"),  # line ends of two kinds
        ("html", '<!DOCTYPE html>\n<html lang="en">\n<title>A</title>\n<pre>a  \nb</pre>\n</html>\n'),
        ("go", "package a /* a\nb */\n\nvar A = os.Args\n"),
        ("go", 'package a\n\nvar A = errors.Wrap(B, "c")\n'),  # of another package
        ("rust", "pub enum A {\n    Arc,\n}\n\nfn b() -> A {\n    A::Arc\n}\n"),
        ("rust", "fn a(b: Mutex<u8>) {\n    mod c {\n        fn d(e: Mutex<u8>) {}\n    }\n}\n"),
        ("rust", "async fn a(b: &Mutex<u8>) {\n    b.lock().await;\n}\n"),
        ("go", 'package a\n\n// #include <a.h>\nimport "C"\nimport "fmt"\n'),  # cgo's comment belongs to its import
        ("go", 'package a\n\nimport (\n\t"fmt" // for later\n)\n'),
        ("rust", "mod a {\n    pub fn b(x: Arc<u8>) {}\n}\n"),  # an import at the top does not reach into a module
    ],
)
def test_what_is_good_or_needs_an_author_stays_as_it_is(language: str, code: str) -> None:
    assert mend(code, language).mended is None


def test_the_report_is_about_the_mended_text_and_nothing_is_mended_unasked() -> None:
    code = "import os\nimport re\n\nX = re.compile('a')\n"
    report = mend(code, "python")
    assert "os" not in (report.mended or "os")
    left = [finding.rule for finding in report.findings]
    assert left == [finding.rule for finding in mend(report.mended or "", "python").findings]
    assert judge(request(code, "python", is_mending=False)).mended is None


def test_a_test_is_given_the_import_of_what_came_with_it() -> None:
    beside = {
        "tests/test_a.py": "def add(): ...\n",
        "src/app/add.py": "def add(a, b): ...\n",
        "app.js": "function sub() {}",
        "a-b.py": "def mul(): ...\n",
        "lambda.py": "def mul(): ...\n",
        "c.py": "from test_add import T\n\n\ndef mul(): ...\n",
        "": "def mul(): ...\n",
    }
    code = '"""Tests of add."""\n\n\ndef test_add() -> None:\n    assert add(1, 1) == sub() == mul()\n'
    report = judge(replace(request(code, "python"), path="test_add.py", beside=beside))
    assert report.mended == code.replace('"""\n\n\n', '"""\n\nfrom app.add import add\n\n\n')


def test_what_another_file_of_the_package_declares_is_not_imported() -> None:
    code = "package a\n\nvar A = maps.Get(1)\n"
    assert judge(replace(request(code, "go"), beside={"b.go": "package a\n\nvar maps B\n"})).mended is None
    assert judge(replace(request(code, "go"), beside={"b.go": 'package a\n\nimport "maps"\n'})).mended is not None


def test_what_no_rule_speaks_of_is_not_mended() -> None:
    asked = request("SELECT a  \nFROM b;\n", "sql")
    rules = tuple(rule for rule in asked.ruleset.rules if rule.check != "white_space")
    kept = replace(asked, ruleset=replace(asked.ruleset, rules=rules))
    assert judge(kept).mended is None


def test_long_code_is_mended_by_the_worker_too() -> None:
    reports = io.BytesIO()
    serve(io.BytesIO(pickle.dumps(request("SELECT a;  \n", "sql"))), reports)
    assert json.loads(reports.getvalue()[4:])["mended"] == "SELECT a;\n"
