"""Opens sampled objects in the programs that people use and prints the faults found, as a table.

`python tools/interop.py` samples 3 objects per category, writes every format and runs each check in
a process of its own; what is not installed is named as such. `--picture` takes objects recovered
from pictures instead. A check whose library wants another environment runs in the Python that the
variable INTEROP_<CHECK> names, e.g. INTEROP_DRAKE. The exit status is 1 where a fault is found.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterable
from importlib.util import find_spec
from itertools import product
from pathlib import Path
from typing import Any

import interop_checks
from interop_checks import CHECKS, Faults

SEEDS = (11, 12, 13)
SUFFIXES = (".stl", ".ply", ".obj", ".glb", ".urdf", ".xml", ".sdf", ".step")
OPEN_MUG = {
    "category": "Mug",
    "conceptualization": [
        {
            "template": "Cylindrical_Body",
            "parameters": {"outer_size": [0.5, 0.45, 1.2], "inner_size": [0.44, 0.4, 1.14]},
        }
    ],
}

Codes = dict[str, dict[str, Any]]


def sampled(categories: Iterable[str]) -> Codes:
    """Some objects of each category by name."""
    import numpy as np

    import geometry

    return {
        f"{category}_{seed}": geometry.sample(category, np.random.default_rng(seed))
        for category in categories
        for seed in SEEDS
    }


def recovered(pictures: Iterable[Path]) -> Codes:
    """What the model that comes along sees in pictures, by their names."""
    from PIL import Image

    from img2code.backends import load
    from img2code.reconstruct import Reconstructor

    reconstructor = Reconstructor(load("embedded"))
    return {path.stem: reconstructor.run(Image.open(path)).code for path in pictures}


def write(folder: Path, codes: Codes, suffixes: Iterable[str]) -> Faults:
    """Writes each object to a folder of its own; yields what is refused.

    Warnings are told. What is there already stays as it is.
    """
    from geometry.errors import CodeError
    from geometry.export.write import export

    for (name, code), suffix in product(codes.items(), suffixes):
        path = folder / name / f"object{suffix}"
        if path.exists():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            try:
                export(code, path)
            except CodeError as error:
                yield f"{name}{suffix}: {error}"
        for entry in told:
            print(f"{name}{suffix}: {entry.message}", file=sys.stderr)


def _broken(said: bytes) -> dict[str, Any]:
    """The answer of a check that did not come to its end."""
    last = said.decode(errors="replace").strip().splitlines()[-1:]
    return {"faults": [f"it broke off: {' '.join(last)}"]}


def _row(check: str, what: str, answer: dict[str, Any]) -> None:
    """One row of the table; the faults in words on stderr."""
    faults = answer.get("faults")
    shown = f"not installed: {answer['missing']}" if faults is None else len(faults)
    print(f"| {check} | {what} | {answer.get('version', '')} | {shown} |", flush=True)
    for fault in faults or ():
        print(f"{check}: {fault}", file=sys.stderr)


def main() -> int:
    import geometry

    about, _, more = (__doc__ or "").partition("\n")
    options = argparse.ArgumentParser(description=about, epilog=more)
    options.add_argument("--category", action="append", help="only this one; may be given again")
    options.add_argument(
        "--picture", action="append", type=Path, default=[],
        help="not sampled: recovered from this picture; may be given again",
    )  # fmt: skip
    options.add_argument("--folder", type=Path, help="write here, keep it, use what is there")
    options.add_argument("--only", action="append", choices=CHECKS, help="only this check")
    given = options.parse_args()
    given.category = given.category or ([] if given.picture else geometry.categories())
    codes = {**sampled(given.category), **recovered(given.picture), "open_mug": OPEN_MUG}
    suffixes = [s for s in SUFFIXES if s != ".step" or find_spec("cadquery")]
    with tempfile.TemporaryDirectory(prefix="interop-") as name:
        folder = (given.folder or Path(name)).resolve()
        refused = list(write(folder, codes, suffixes))
        print(f"{len(codes) - 1} objects and an open mug\n")
        print("| check | what | version | faults |\n|---|---|---|---|")
        _row("write", "Objects that a format refuses.", {"faults": refused})
        faults = len(refused)
        for check in given.only or CHECKS:
            python = os.environ.get(f"INTEROP_{check.upper()}", sys.executable)
            command = [python, interop_checks.__file__, check, str(folder)]
            run = subprocess.run(command, capture_output=True)
            lines = run.stdout.decode().splitlines() or [""]
            whole = lines[-1].startswith("{")
            answer = json.loads(lines[-1]) if whole else _broken(run.stderr)
            _row(check, (CHECKS[check].__doc__ or "").strip(), answer)
            faults += len(answer.get("faults", ()))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
