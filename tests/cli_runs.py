"""How the tests of the command line run it and read what it prints."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from img2code.cli.main import main

REPOSITORY = Path(__file__).parents[1]
START_SECONDS = 120  # on a busy machine


def refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """The one line that a usage error prints."""
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    return one_line(capsys)


def one_line(capsys: pytest.CaptureFixture[str]) -> str:
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert "Traceback" not in printed.err
    return printed.err


def start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "img2code", *arguments],
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        preexec_fn=_heed_ctrl_c,
    )


def address_of(server: subprocess.Popen[str]) -> str:
    """Where `img2code serve` says that it serves: its first line on stderr."""
    assert server.stderr
    line = server.stderr.readline()
    assert line.startswith("img2code: serving on http://127.0.0.1:"), line
    return line.split()[3].rstrip(",")


def _heed_ctrl_c() -> None:
    """A shell's background jobs, and what they start, ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
