"""Real code of four languages, with the packages that it uses on disk where the language's own tools have them.

Its one rule: whether a planted name is wrong is decided by a search through the package's files for the word, or by
the language's own compiler, never by the reader that is measured.
"""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from reality.planting import misspell

GO = """
    golang-github-gin-gonic-gin-dev golang-github-spf13-cobra-dev golang-github-spf13-viper-dev
    golang-github-gorilla-mux-dev golang-github-stretchr-testify-dev golang-github-sirupsen-logrus-dev
    golang-gopkg-yaml.v3-dev golang-golang-x-sync-dev golang-github-google-uuid-dev golang-github-go-chi-chi-dev
""".split()  # noqa: SIM905 - a list of names reads better as text
RUST = """
    librust-tokio-dev librust-serde-dev librust-serde-json-dev librust-regex-dev librust-clap-dev librust-anyhow-dev
    librust-itertools-dev librust-rand-dev librust-chrono-dev librust-url-dev librust-log-dev librust-futures-dev
    librust-thiserror-dev librust-hyper-dev librust-bytes-dev librust-rayon-dev librust-http-dev librust-uuid-dev
""".split()  # noqa: SIM905
NODE = """
    express zod axios lodash-es @types/lodash-es date-fns react @types/react @types/express rxjs uuid commander chalk
    fastify hono ws @types/ws pino yargs @types/yargs vue zustand immer dayjs p-limit nanoid undici fast-glob
""".split()  # noqa: SIM905
COMPILER = "typescript@5"
"""The last line of versions that a program can ask."""
_MAX_FILE_CHARS = 50_000
_WORD = re.compile(r"\w+")
_GO_USE = re.compile(r'^import "([\w./-]+)"|^\t"([\w./-]+)"$', re.MULTILINE)
_RUST_USE = re.compile(r"^\s*use (\w+)((?:::\w+)*)::(\w+);", re.MULTILINE)
_JAVA_IMPORT = re.compile(r"^import ((?:\w+\.)+)(\w+);", re.MULTILINE)
_FENCE = re.compile(r"^```\s*(?:js|javascript|ts|typescript|jsx|tsx)\b[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_NODE_IMPORT = re.compile(r"import\s*\{\s*([\w$]+)[^}]*\}\s*from\s*[\"']([^.\"'][^\"']*)[\"']")
_LIST_EXPORTS = """
const ts = require('typescript'), fs = require('fs')
const names = JSON.parse(process.argv[1])
fs.writeFileSync('list.ts', names.map((name, n) => `import * as _${n} from '${name}'`).join('\\n'))
const options = { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext, types: [] }
const program = ts.createProgram(['list.ts'], options), checker = program.getTypeChecker(), found = {}
program.getSourceFile('list.ts').forEachChild(node => {
  const module = node.moduleSpecifier && checker.getSymbolAtLocation(node.moduleSpecifier)
  if (module) found[node.moduleSpecifier.text] = checker.getExportsOfModule(module).map(symbol => symbol.name)
})
console.log(JSON.stringify(found))
"""


@dataclass(frozen=True)
class Plant:
    """A wrong name in a copy of a real file."""

    owner: str
    name: str
    code: str
    suffix: str = ""


@dataclass(frozen=True)
class Scene:
    """A project, the environment in which its packages are found, and the code that is judged in it."""

    project: Path
    variables: Mapping[str, str]
    files: list[tuple[str, str]]
    """Name and text."""
    plants: Callable[[str, str, random.Random], Iterator[Plant]]
    """The wrong names that can be planted in a file, by its name and text: those that are surely wrong."""
    count_imports: Callable[[str], int] = field(default=lambda text: len(re.findall(r"\b(?:import|use)\b", text)))


def set_up_go(folder: Path) -> Scene:
    """Debian's Go sources as a module cache, and a project that requires all of them."""
    source = _unpack(folder, GO) / "usr/share/gocode/src"
    modules = {_module_name(place, source): place for place in _modules(source)}
    cache, project = folder / "mod", folder / "project"
    project.mkdir(exist_ok=True)
    for name, place in modules.items():
        escaped = re.sub(r"[A-Z]", lambda found: f"!{found[0].lower()}", name)
        _link(cache / f"{escaped}@v1.0.0", place)
    required = "".join(f"\t{name} v1.0.0\n" for name in modules)
    (project / "go.mod").write_text(
        f"module example.com/bench\n\ngo 1.19\n\nrequire (\n{required})\n", encoding="utf-8"
    )
    files = _read(sorted(source.rglob("*.go")), source)

    def plants(name: str, text: str, chance: random.Random) -> Iterator[Plant]:
        paths = [one or other for one, other in _GO_USE.findall(text)]
        used = [(path, found) for path in paths for found in _go_uses(text, path.rpartition("/")[2])]
        chance.shuffle(used)
        for path, of in used[:3]:
            wrong = misspell(of, chance)
            folders = [
                place / path[len(module) :].lstrip("/") for module, place in modules.items() if path.startswith(module)
            ]
            place = next((one for one in folders if one.is_dir()), None)
            package = path.rpartition("/")[2]
            if place is not None and wrong not in _words(tuple(sorted(place.glob("*.go")))):
                yield Plant(path, wrong, re.sub(rf"\b{package}\.{of}\b", f"{package}.{wrong}", text))

    return Scene(project, {"GOMODCACHE": str(cache)}, files, plants)


def set_up_rust(folder: Path) -> Scene:
    """Debian's crates as cargo's registry, and a project that depends on all of them."""
    source = _unpack(folder, RUST) / "usr/share/cargo/registry"
    project = folder / "project"
    project.mkdir(exist_ok=True)
    _link(folder / "cargo/registry/src/index", source)
    crates = dict(place.name.rsplit("-", 1) for place in source.iterdir())
    wishes = "".join(f'{name} = "{version}"\n' for name, version in crates.items())
    (project / "Cargo.toml").write_text(f'[package]\nname = "bench"\n[dependencies]\n{wishes}', encoding="utf-8")
    files = _read(sorted(source.rglob("*.rs")), source)

    def plants(name: str, text: str, chance: random.Random) -> Iterator[Plant]:
        used = [
            found for found in _RUST_USE.finditer(text) if found[1].replace("_", "-") in crates or found[1] in crates
        ]
        for found in chance.sample(used, min(1, len(used))):
            wrong = misspell(found[3], chance)
            crate = next(one for one in (found[1], found[1].replace("_", "-")) if one in crates)
            if wrong not in _words(tuple(sorted((source / f"{crate}-{crates[crate]}").rglob("*.rs")))):
                line = f"use {found[1]}{found[2]}::{wrong};"
                yield Plant(found[1] + found[2], wrong, f"{text[: found.start()]}{line}{text[found.end() :]}")

    return Scene(project, {"CARGO_HOME": str(folder / "cargo")}, files, plants)


def set_up_java(folder: Path) -> Scene:
    """The JDK's own sources, and the classes in the jars of this machine's Maven repository."""
    javac = shutil.which("javac")
    home = Path(javac).resolve().parents[1] if javac else folder
    project = folder / "project"
    project.mkdir(parents=True, exist_ok=True)
    files = []
    for archive in [place for place in (home / "lib/src.zip", home / "src.zip") if place.is_file()]:
        with zipfile.ZipFile(archive) as zipped:
            names = [name for name in zipped.namelist() if name.endswith(".java") and name.startswith("java.")]
            chosen = random.Random(7).sample(names, min(300, len(names)))
            files += [(name, zipped.read(name).decode()) for name in chosen]
    files += list(_java_imports(Path.home() / ".m2/repository"))

    def plants(name: str, text: str, chance: random.Random) -> Iterator[Plant]:
        used = [found for found in _JAVA_IMPORT.finditer(text) if found[2][:1].isupper()]
        for found in chance.sample(used, min(1, len(used))):
            wrong = misspell(found[2], chance)
            code = f"{text[: found.start()]}import {found[1]}{wrong};{text[found.end() :]}"
            yield Plant(found[1].rstrip("."), wrong, code)

    return Scene(project, {}, files, plants, lambda text: len(_JAVA_IMPORT.findall(text)))


def set_up_node(folder: Path) -> Scene:
    """npm packages as they are installed, what TypeScript says they export, and the examples of their READMEs."""
    project = folder / "project"
    if not (project / "node_modules").is_dir():
        project.mkdir(parents=True, exist_ok=True)
        (project / "package.json").write_text('{"name": "bench", "type": "module"}', encoding="utf-8")
        subprocess.run(
            ["npm", "install", "--silent", "--no-audit", "--ignore-scripts", *NODE, COMPILER], cwd=project, check=True
        )
    modules = project / "node_modules"
    packages = [name for name in NODE if not name.startswith("@types/")]
    command = ["node", "-e", _LIST_EXPORTS, json.dumps(packages)]
    listed = subprocess.run(command, cwd=project, capture_output=True, text=True, check=True, timeout=120)
    exports: dict[str, list[str]] = json.loads(listed.stdout)
    files = []
    for name in packages:
        for readme in sorted((modules / name).glob("[Rr][Ee][Aa][Dd][Mm][Ee]*")):
            text = readme.read_text(encoding="utf-8", errors="replace")
            files += [(f"{name}-{number}.ts", block) for number, block in enumerate(_FENCE.findall(text))]
        public = [one for one in exports.get(name, []) if one.isidentifier() and one != "default"]
        files += [(f"{name}-export-{one}.ts", f'import {{ {one} }} from "{name}";\n') for one in public[:60]]

    def plants(name: str, text: str, chance: random.Random) -> Iterator[Plant]:
        used = [found for found in _NODE_IMPORT.finditer(text) if exports.get(found[2])]
        for found in chance.sample(used, min(1, len(used))):
            wrong = misspell(found[1], chance)
            if wrong not in exports[found[2]]:
                code = text[: found.start(1)] + wrong + text[found.end(1) :]
                yield Plant(found[2], wrong, code)

    return Scene(project, {}, files, plants)


ECOSYSTEMS: Mapping[str, tuple[str, Callable[[Path], Scene]]] = {
    "go": ("main.go", set_up_go),
    "rust": ("src/main.rs", set_up_rust),
    "java": ("App.java", set_up_java),
    "typescript": ("app.ts", set_up_node),
}


def _unpack(folder: Path, packages: list[str]) -> Path:
    """Debian packages, fetched and unpacked without being installed."""
    root = folder / "debian"
    if not (root / "complete").is_file():
        root.mkdir(parents=True, exist_ok=True)
        subprocess.run(["apt-get", "download", "-q", *packages], cwd=root, check=True, capture_output=True)
        for package in root.glob("*.deb"):
            subprocess.run(["dpkg-deb", "-x", str(package), str(root)], check=True)
        (root / "complete").touch()
    return root


def _modules(source: Path) -> list[Path]:
    """The folders that are Go modules: `github.com/owner/name`, `golang.org/x/name`, `gopkg.in/name`."""
    depths = {"gopkg.in": 1}
    return [place for host in source.iterdir() for place in host.glob("/".join("*" * depths.get(host.name, 2)))]


def _module_name(place: Path, source: Path) -> str:
    """As its go.mod has it, else as Debian's folder is called."""
    manifest = place / "go.mod"
    found = re.search(r"^module\s+(\S+)", manifest.read_text(encoding="utf-8"), re.M) if manifest.is_file() else None
    return found[1] if found else place.relative_to(source).as_posix()


def _link(place: Path, target: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    if not place.exists():
        place.symlink_to(target)


def _read(places: list[Path], source: Path) -> list[tuple[str, str]]:
    random.Random(7).shuffle(places)
    found = []
    for place in places[:400]:
        text = place.read_text(encoding="utf-8", errors="replace")
        if len(text) < _MAX_FILE_CHARS:
            found.append((place.relative_to(source).as_posix(), text))
    return found


_WORDS: dict[tuple[Path, ...], frozenset[str]] = {}


def _words(places: tuple[Path, ...]) -> frozenset[str]:
    if places not in _WORDS:
        texts = (place.read_text(encoding="utf-8", errors="replace") for place in places)
        _WORDS[places] = frozenset(word for text in texts for word in _WORD.findall(text))
    return _WORDS[places]


def _go_uses(text: str, package: str) -> list[str]:
    return re.findall(rf"(?<![\w.])\b{re.escape(package)}\.([A-Z]\w+)", text)


def _java_imports(repository: Path) -> Iterator[tuple[str, str]]:
    """A file with ten imports of a jar's public-looking classes, for some jars."""
    jars = sorted(repository.rglob("*.jar"))
    for jar in random.Random(7).sample(jars, min(150, len(jars))):
        with zipfile.ZipFile(jar) as zipped:
            files = [name for name in zipped.namelist() if name.endswith(".class")]
        names = [name.removesuffix(".class").replace("/", ".") for name in files]
        classes = [name for name in names if re.fullmatch(r"(?:[a-z]\w*\.){2,}[A-Z]\w+", name)]
        chosen = random.Random(7).sample(classes, min(10, len(classes)))
        if chosen:
            yield jar.name, "".join(f"import {name};\n" for name in chosen)
