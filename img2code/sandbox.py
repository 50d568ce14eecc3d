"""Runs CadQuery source that a language model wrote: checked, then in a process that can do little.

1. The source may use a small part of Python and about a hundred methods of CadQuery (`check`).
2. It runs in a process of its own: no privileges, network or new files, bounded time and memory.
   What anybody may read it can read, too, where the first step did not refuse it.

Only the mesh and the volume of what it made come back, as numbers.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import trimesh

from geometry.errors import UserError
from img2code.sandbox_rules import check

SECONDS = 30.0  # from start to end; loading the CAD kernel takes some of it
CPU_SECONDS = 10  # of the source alone


class SandboxError(UserError):
    """Source that was refused, stopped, or made no solid."""


@dataclass(frozen=True)
class Made:
    """vertices (V, 3) and faces (F, 3) of the solid, and its exact volume."""

    vertices: np.ndarray
    faces: np.ndarray
    volume: float

    @property
    def mesh(self) -> trimesh.Trimesh:
        return trimesh.Trimesh(self.vertices, self.faces, process=True)


def run(source: str, checked: bool = True, seconds: float = SECONDS) -> Made:
    """What CadQuery source makes. Raises SandboxError.

    checked: refuse source that is more than modelling before it runs; for tests of what the process
    itself holds back.
    """
    if checked and (fault := check(source)):
        hint = "Ask for modelling steps of CadQuery only, with one result."
        raise SandboxError(f"The CadQuery source was refused: {fault}.", hint)
    if sys.platform != "linux":
        raise SandboxError(
            f"CadQuery source of a language model runs on Linux only, not on {sys.platform}.",
            "Its process is held back by Linux's own bounds; use a container or WSL.",
        )
    with tempfile.TemporaryDirectory(prefix="img2code-") as folder:
        answer = _child(source, Path(folder), seconds)
    if "error" in answer:
        raise SandboxError(f"The CadQuery source failed: {answer['error']}.", "Ask again.")
    vertices = np.array(answer["vertices"], float).reshape(-1, 3)
    faces = np.array(answer["faces"], int).reshape(-1, 3)
    if not len(faces) or not np.isfinite(vertices).all() or faces.max() >= len(vertices):
        raise SandboxError("The CadQuery source made no solid.", "Ask again.")
    return Made(vertices, faces, float(answer["volume"]))


def _child(source: str, folder: Path, seconds: float) -> dict[str, Any]:
    """The answer of the process; its whole group has ended afterwards."""
    process = subprocess.Popen(
        [sys.executable, "-I", str(Path(__file__).with_name("sandbox_child.py")), str(CPU_SECONDS)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder), "OMP_NUM_THREADS": "1"},
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(source.encode(), timeout=seconds)
    except subprocess.TimeoutExpired:
        return {"error": f"no end within {seconds:g} seconds"}
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process.stdout:
            process.stdout.close()
    try:
        answer = json.loads(output)
    except ValueError:
        status = process.returncode
        how = signal.Signals(-status).name if status < 0 else f"exit status {status}"
        return {"error": f"the process ended without an answer ({how})"}
    return answer if isinstance(answer, dict) else {"error": "an answer that is none"}
