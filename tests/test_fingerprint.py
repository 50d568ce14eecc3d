"""Lists of hashes: what two of them differ in is named, counted, and told by the exit status."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

TOOL = Path(__file__).parents[1] / "tools" / "fingerprint.py"
BEFORE = {"code: Mug 0": "aa", "code: Mug 1": "bb", "file .glb: Mug 0": "cc"}


@pytest.mark.parametrize(
    ("after", "status", "lines"),
    [
        (BEFORE, 0, ["code: 2 of 2 identical", "file .glb: 1 of 1 identical"]),
        (
            {**BEFORE, "code: Mug 1": "other"},
            1,
            ["code: Mug 1", "code: 1 of 2 identical", "file .glb: 1 of 1 identical"],
        ),
        (  # one that is gone, and a new one
            {"code: Mug 0": "aa", "code: Mug 1": "bb", "file .stl: Mug 0": "dd"},
            1,
            [
                "file .glb: Mug 0",
                "file .stl: Mug 0",
                "code: 2 of 2 identical",
                "file .glb: 0 of 1 identical",
                "file .stl: 0 of 1 identical",
            ],
        ),
    ],
)
def test_two_lists_are_compared(
    after: dict[str, str], status: int, lines: list[str], tmp_path: Path
) -> None:
    paths = []
    for name, hashes in (("before", BEFORE), ("after", after)):
        paths.append(tmp_path / f"{name}.json")
        paths[-1].write_text(json.dumps(hashes))
    command = [sys.executable, TOOL, "compare", *paths]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.stdout.splitlines(), done.returncode) == (lines, status), done.stderr
