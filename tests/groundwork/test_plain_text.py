"""Trees that somebody else wrote: pipes, devices and endless files where packages should be."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from code_assistant.documentation.installed import describe_installed
from code_assistant.project.libraries import LibraryName
from code_assistant.project.packages.environment import Environment, read_environment
from code_assistant.project.reality.judge import check_reality
from code_assistant.result import GeneratedFile
from groundwork.reading.plain_text import read_source, read_text

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither such pipes nor such devices")
ENDLESS = Path("/dev/zero")


def site_packages(root: Path) -> Path:
    site = root / "lib" / "python3.12" / "site-packages"
    site.mkdir(parents=True)
    (root / "pyvenv.cfg").write_text("home = /usr/bin\nversion = 3.12.0\n")
    return site


def test_a_pipe_a_device_a_folder_and_nothing_are_no_text(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", ENDLESS, tmp_path, tmp_path / "none", Path("\0")):
        assert read_text(path, 10) == ""
        assert read_source(path, 10) is None


def test_a_file_is_read_up_to_its_limit(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"\xef\xbb\xbfab\r\nc")
    assert read_source(tmp_path / "a", 8) == read_text(tmp_path / "a", 8) == "ab\nc"
    assert read_text(tmp_path / "a", 5) == "ab"
    assert read_source(tmp_path / "a", 7) is None
    (tmp_path / "b").write_bytes(b"\xff")
    assert (read_text(tmp_path / "b", 9), read_source(tmp_path / "b", 9)) == ("\ufffd", None)


def test_a_module_without_an_end_is_not_judged(tmp_path: Path) -> None:
    site = site_packages(tmp_path)
    for name in ("__init__.py", "__init__.pyi", "part.py"):
        (site / "evil").mkdir(exist_ok=True)
        (site / "evil" / name).symlink_to(ENDLESS)
    (site / "x.pth").symlink_to(ENDLESS)
    file = GeneratedFile(
        path="a.py", language="python", role="source", content="from evil import x\nimport evil.part.y"
    )
    report = check_reality([file], [], read_environment(tmp_path))
    assert (report.findings, report.not_judged) == ((), ())


@pytest.mark.parametrize("record", ["METADATA", "RECORD", "top_level.txt"])
def test_a_distribution_whose_records_have_no_end_is_none(tmp_path: Path, record: str) -> None:
    info = site_packages(tmp_path) / "evil-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: evil\nVersion: 1.0\n")
    (info / record).unlink(missing_ok=True)
    os.mkfifo(info / record)
    assert describe_installed(LibraryName("evil"), "python", "x", read_environment(tmp_path)) is None


def test_an_npm_package_of_pipes_is_described_by_what_can_be_read(tmp_path: Path) -> None:
    folder = tmp_path / "node_modules" / "evil"
    folder.mkdir(parents=True)
    (folder / "package.json").write_text('{"version": "1.0.0", "types": "index.d.ts"}')
    for name in ("README.md", "index.d.ts"):
        os.mkfifo(folder / name)
    found = describe_installed(LibraryName("evil"), "typescript", "x", Environment(project_dir=tmp_path))
    assert found is not None
    assert found.version == "1.0.0"
