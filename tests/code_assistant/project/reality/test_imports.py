"""Imports of Go, Rust and Java against small sources on disk: what is there, what is not, and what nobody can tell."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from code_assistant.project.packages.environment import Environment
from code_assistant.project.reality.judge import check_reality
from code_assistant.project.reality.report import RealityReport
from code_assistant.project.reality.sources import go, java
from code_assistant.result import GeneratedFile

SUFFIXES = {"go": "main.go", "rust": "src/main.rs", "java": "src/main/java/shop/App.java"}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project and an empty home."""
    for name in ("GOROOT", "GOPATH", "GOMODCACHE", "CARGO_HOME", "RUSTUP_HOME", "JAVA_HOME", "GRADLE_USER_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    (tmp_path / "project").mkdir()
    return tmp_path / "project"


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        place = root / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")


def check(language: str, code: str, project: Path | None, *libraries: str) -> RealityReport:
    file = GeneratedFile(path=SUFFIXES[language], language=language, role="source", content=code)
    return check_reality([file], libraries, Environment(project_dir=project))


def messages(report: RealityReport) -> list[str]:
    return [finding.message.partition(";")[0] for finding in report.findings]


GO_MOD = (
    "module example.com/shop\n\ngo 1.22\n\nrequire (\n\tgithub.com/Acme/web v1.2.0\n\tgithub.com/acme/gone v1.0.0\n)\n"
)
WEB = "package web\n\ntype Engine struct{}\n\nfunc New() *Engine { return nil }\n\nconst (\n\tRed, Green = 1, 2\n)\n"


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ('import "github.com/Acme/web"\n\nvar _ web.Engine\n\nfunc f() { web.New(); _ = web.Green }\n', []),
        (
            'import w "github.com/Acme/web"\n\nvar _ w.Motor\n\nfunc f() { w.Create() }\n',
            [f"`github.com/Acme/web` has no `{name}` in the installed version" for name in ("Motor", "Create")],
        ),
        ('import "github.com/Acme/web/route"\n', ["`github.com/Acme/web` has no `route` in the installed version"]),
        ('import "github.com/Acme/web/inner"\n\nfunc f(inner T) { inner.Nope() }\n', []),
        ('import "example.com/shop/store"\n', []),
    ],
)
def test_go_packages_are_what_the_module_cache_has(project: Path, code: str, told: list[str]) -> None:
    cache = project.parent / "home/go/pkg/mod/github.com/!acme/web@v1.2.0"
    write(project, {"go.mod": GO_MOD})
    write(cache, {"web.go": WEB, "inner/inner.go": "package inner\n"})
    assert messages(check("go", f"package main\n\n{code}", project)) == told


def test_a_go_module_that_nobody_requires_is_a_warning_unless_it_was_asked_for(project: Path) -> None:
    write(project, {"go.mod": GO_MOD})
    code = 'package main\n\nimport "github.com/other/thing/v2"\n'
    (finding,) = check("go", code, project).findings
    assert (finding.severity, finding.rule, finding.line) == ("warning", "reality-unknown-module", 3)
    assert not check("go", code, project, "thing").findings


def test_go_vendor_comes_before_the_cache(project: Path) -> None:
    write(project, {"go.mod": GO_MOD, "vendor/modules.txt": "", "vendor/github.com/Acme/web/web.go": WEB})
    code = 'package main\n\nimport "github.com/Acme/web"\n\nfunc f() { web.New(); web.Old() }\n'
    assert messages(check("go", code, project)) == ["`github.com/Acme/web` has no `Old` in the installed version"]


def test_the_go_standard_library_is_what_goroot_has(project: Path) -> None:
    if go.goroot() is None:
        pytest.skip("there is no Go here")
    code = 'import (\n\t"fmt"\n\t"net/httpx"\n\t"strings"\n)\n\nfunc f() { fmt.Println(strings.Reverse("a")) }\n'
    assert messages(check("go", f"package main\n\n{code}", None)) == [
        "`net` has no `httpx` in the installed version",
        "`strings` has no `Reverse` in the installed version",
    ]


CARGO = '[package]\nname = "shop"\nversion = "0.1.0"\n[dependencies]\nweb-kit = "1"\nmissing = "2"\n'
REGISTRY = 'source = "registry+https://github.com/rust-lang/crates.io-index"\n'
LOCK = "".join(
    f'[[package]]\nname = "{name}"\nversion = "{version}"\n{REGISTRY}'
    for name, version in (("web-kit", "1.0.3"), ("missing", "2.0.0"))
)
KIT = "pub mod route;\npub use route::Router;\npub fn start() {}\n#[macro_export]\nmacro_rules! page { () => {} }\n"


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("use web_kit::{route::{self, Router as R}, page, start};\nfn f() { web_kit::start(); route::join(); }\n", []),
        ("use web_kit::route::{Router, Ruoter};\n", ["`web_kit::route` has no `Ruoter` in the installed version"]),
        ("use web_kit::join;\n", ["`web_kit` has no `join` in the installed version"]),
        (
            "use web_kit::route;\nfn f() { route::split(); }\n",
            ["`web_kit::route` has no `split` in the installed version"],
        ),
        ("use crate::store::Store;\nuse std::fs;\nfn f() { fs::read(1); let n = u32::from_str(1); }\n", []),
    ],
)
def test_rust_paths_are_what_the_registry_has(project: Path, code: str, told: list[str]) -> None:
    source = project.parent / "home/.cargo/registry/src/index-1/web-kit-1.0.3"
    write(project, {"Cargo.toml": CARGO, "Cargo.lock": LOCK})
    write(source, {"Cargo.toml": "", "src/lib.rs": KIT, "src/route.rs": "pub struct Router;\npub fn join() {}\n"})
    assert messages(check("rust", code, project)) == told


def test_a_crate_that_nobody_depends_on_is_a_warning_unless_it_was_asked_for(project: Path) -> None:
    write(project, {"Cargo.toml": CARGO, "Cargo.lock": LOCK})
    (finding,) = check("rust", "use other_crate::Thing;\n", project).findings
    assert (finding.severity, finding.rule) == ("warning", "reality-unknown-module")
    assert not check("rust", "use other_crate::Thing;\n", project, "other-crate").findings


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("import acme.web.kit.Router;\nimport acme.web.kit.Router.Leaf;\nimport static acme.web.kit.Router.of;\n", []),
        ("import acme.web.kit.Ruoter;\n", ["`acme.web.kit` has no `Ruoter` in the installed version"]),
        ("import acme.web.kit.json.Parser;\n", ["`acme.web.kit` has no `json` in the installed version"]),
        ("import shop.orders.Order;\nimport nobody.knows.It;\n", []),
    ],
)
def test_java_classes_are_what_the_jars_have(project: Path, code: str, told: list[str]) -> None:
    repository = project.parent / "home/.m2/repository/acme/web/1.1"
    repository.mkdir(parents=True)
    with zipfile.ZipFile(repository / "web-1.1.jar", "w") as jar:
        for name in ("Router", "Router$Leaf"):
            jar.writestr(f"acme/web/kit/{name}.class", "")
    assert messages(check("java", f"package shop;\n{code}class App {{}}\n", project)) == told


def test_java_own_classes_are_what_the_jdk_has(project: Path) -> None:
    if not java.platform_classes():
        pytest.skip("there is no JDK here")
    code = "import java.util.Lists;\nimport java.util.Map.Entry;\nimport java.nio.files.Path;\nimport java.util.*;\n"
    assert messages(check("java", code, None)) == [
        "`java.util` has no `Lists` in the installed version",
        "`java.nio` has no `files` in the installed version",
    ]


@pytest.mark.parametrize(
    ("language", "code", "what"),
    [
        ("go", 'package main\n\nimport "github.com/acme/gone"\n', "`github.com/acme/gone`"),
        ("rust", "use missing::Thing;\nuse missing::Other;\n", "`missing`"),
        ("java", "import nobody.knows.It;\n", "`nobody.knows`"),
    ],
)
def test_what_cannot_be_told_is_said_once(project: Path, language: str, code: str, what: str) -> None:
    write(project, {"go.mod": GO_MOD, "Cargo.toml": CARGO, "Cargo.lock": LOCK})
    report = check(language, code, project)
    assert report.findings == ()
    assert report.not_judged == (f"imports ({language}): the sources of {what} are not on this machine",)


def test_a_file_that_is_too_long_to_be_parsed_is_named(project: Path) -> None:
    report = check("go", f'package main\n\nimport "fmt"\n\n// {"x" * 50_000}\n', project)
    assert report.findings == ()
    assert [line.partition("packages: ")[2] for line in report.not_judged] == ["it has more than 50,000 characters"]
