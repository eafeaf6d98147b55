"""Folders of a process's own: they go with whoever they were made for, and after a kill with the next one made."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from groundwork.private_folder import make_private_folder

OWNER = """
from groundwork.private_folder import make_private_folder
class Owner: ...
owner = Owner()
folder, _ = make_private_folder(owner)
(folder / "file").touch()
print(folder, flush=True)
input()
"""


class Owner:
    """Somebody."""


def start_owner() -> tuple[subprocess.Popen[str], Path]:
    process = subprocess.Popen(
        [sys.executable, "-c", OWNER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=os.getcwd()
    )
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def test_a_folder_goes_with_its_owner() -> None:
    owner = Owner()
    folder, _ = make_private_folder(owner)
    assert folder.is_dir()
    del owner
    assert not folder.exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows does not say whether a process is alive")
def test_the_next_folder_takes_away_what_a_killed_process_left_and_nothing_of_a_living_one() -> None:
    (killed, left), (living, used) = start_owner(), start_owner()
    with killed, living:
        killed.send_signal(signal.SIGKILL)
        killed.wait()
        assert left.is_dir()
        owner = Owner()
        make_private_folder(owner)
        assert not left.exists()
        assert (used / "file").exists()
        living.communicate("\n")
    assert not used.exists()
