"""STEP files, made in a process of their own that is ended where it takes too long.

The CAD kernel unites solids exactly, without a bound on its time, and nothing but the end of its
process stops it: 38 solids that cross each other take half a minute, others never end.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from geometry.cad_parts.part import CadPart
from geometry.cad_parts.reading import as_dict
from geometry.errors import CodeError, ExportWarning, UserError
from geometry.export.real import RealSize
from geometry.export.sizes import SIZED, Up
from geometry.export.write import export
from geometry.program import Source, parse
from img2code import limits, system

_POLL = 0.2  # seconds between looks at whether anybody still waits
_NICENESS = 5  # predictions come first
_HINT = (
    "Lower its counts or leave parts out, write .stl, or write .py and run that script, "
    "which may take as long as it wants."
)


def write_step(
    code: Source | CadPart,
    path: Path,
    *,
    scale: float = 1.0,
    up: Up | None = None,
    size: RealSize | None = None,
    abandoned: Callable[[], bool] = lambda: False,
) -> Path:
    """Write a code's STEP file as `export` does, within `limits.STEP_SECONDS`; returns its path.

    abandoned: whether nobody waits for the file any more. Raises CodeError as `export` does, and
    where it takes longer; UserError where it is abandoned or the process dies; OSError. Then there
    is no file.
    """
    if size is not None:
        scale, up = size.scale, up or SIZED[".step"].up
    plain = as_dict(code) if isinstance(code, CadPart) else parse(code).as_dict()
    order = {"code": plain, "path": str(path), "scale": scale, "up": up}
    try:
        reply = _made(json.dumps(order), abandoned)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    if "refused" in reply:
        raise CodeError(*reply["refused"])
    if "not_written" in reply:
        raise OSError(*reply["not_written"], str(path))
    for text in reply["warnings"]:
        warnings.warn(text, ExportWarning, stacklevel=2)
    return path


def _made(order: str, abandoned: Callable[[], bool]) -> dict[str, Any]:
    """What the process answers; it has ended afterwards, whatever happens."""
    process = subprocess.Popen(
        [sys.executable, "-m", "img2code.leash", str(os.getpid()), "img2code.step"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    end = time.monotonic() + limits.STEP_SECONDS
    sent: str | None = order
    with process:
        try:
            while True:
                with suppress(subprocess.TimeoutExpired):
                    output, _ = process.communicate(sent, timeout=_POLL)
                    break
                sent = None  # `communicate` goes on with what it was given first
                if abandoned():
                    raise UserError("Nobody waits for the STEP file any more.")
                if time.monotonic() > end:
                    found = f"no end within {limits.STEP_SECONDS} seconds"
                    valid = "solids that the CAD kernel makes in that time"
                    raise CodeError("the object as a .step file", found, valid, _HINT)
        finally:
            process.kill()
    if process.returncode:
        status = process.returncode
        how = signal.Signals(-status).name if status < 0 else f"exit status {status}"
        raise UserError(f"The process that made the STEP file has ended ({how}).", _HINT)
    reply: dict[str, Any] = json.loads(output)
    return reply


def _obey() -> None:
    """The process: an order from stdin, the reply to stdout, where nothing else gets."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # sent to the whole group; the parent decides
    system.lower_priority(_NICENESS)
    system.bound_memory(limits.MESH_MEMORY_BYTES)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # the kernel prints what it likes
    order = json.load(sys.stdin)
    path = Path(order.pop("path"))
    reply: dict[str, Any]
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", ExportWarning)
        try:
            export(order.pop("code"), path, **order)
            texts = [str(w.message) for w in told if issubclass(w.category, ExportWarning)]
            reply = {"warnings": texts}
        except CodeError as error:
            reply = {"refused": [error.where, error.found, error.valid, error.hint]}
        except OSError as error:
            reply = {"not_written": [error.errno or 0, error.strerror or str(error)]}
    with answers:
        json.dump(reply, answers)


if __name__ == "__main__":
    _obey()
