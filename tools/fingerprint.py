"""Hashes of what this tree makes, and what two such lists differ in: a proof that nothing changed.

    python tools/fingerprint.py write before.json    # in the tree before the change
    python tools/fingerprint.py write after.json     # in the tree after it
    python tools/fingerprint.py compare before.json after.json

Golden parts, sampled objects and their token text, their files in every format but STEP, and what
the embedded model answers to example_images.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

import geometry
import stats
from geometry.export.write import EXPORTERS, export
from img2code.backends import load
from img2code.reconstruct import Reconstructor

ROOT = Path(__file__).parents[1]
#: OpenCascade numbers and orders the entries of a STEP file anew in every run; what makes them, the
#: CadQuery script, is compared.
SUFFIXES = tuple(suffix for suffix in EXPORTERS if suffix != ".step")

#: What it is of, which kind of thing that is, and the hash.
Row = tuple[str, str, bytes]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    commands = parser.add_subparsers(required=True)
    write = commands.add_parser("write", help="the hashes of this tree, as JSON")
    write.add_argument("out", type=Path)
    write.add_argument("--objects", type=int, default=3, help="sampled objects per category")
    write.set_defaults(run=_write)
    compare = commands.add_parser("compare", help="what two lists differ in; exit status 1 if any")
    compare.add_argument("before", type=Path)
    compare.add_argument("after", type=Path)
    compare.set_defaults(run=_compare)
    options = parser.parse_args()
    sys.exit(options.run(options))


def _write(options: argparse.Namespace) -> int:
    torch.set_num_threads(1)  # the order of a sum depends on the number of threads
    warnings.simplefilter("ignore")  # of what a format cannot hold
    hashes = {}
    for kind, name, content in rows(options.objects):
        hashes[f"{kind}: {name}"] = hashlib.sha256(content).hexdigest()
    options.out.write_text(json.dumps(hashes, indent=1) + "\n", encoding="utf-8")
    print(f"{options.out}: {len(hashes)} hashes")
    return 0


def _compare(options: argparse.Namespace) -> int:
    before, after = (json.loads(path.read_text()) for path in (options.before, options.after))
    different = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    for key in different:
        print(key)
    kinds = Counter(key.split(":")[0] for key in {**before, **after})
    changed = Counter(key.split(":")[0] for key in different)
    for kind, total in kinds.items():
        print(f"{kind}: {total - changed[kind]} of {total} identical")
    return 1 if different else 0


def rows(objects: int) -> Iterator[Row]:
    for category in geometry.categories():
        yield from golden_rows(category)
        for seed in range(objects):
            yield from object_rows(category, seed)
    reconstructor = Reconstructor(load("embedded"))
    for picture in sorted((ROOT / "example_images").glob("*.jpg")):
        result = reconstructor.run(picture)
        answer = f"{result.raw_text}\n{json.dumps(result.code)}\n{result.repairs}"
        yield "prediction", picture.name, answer.encode()


def golden_rows(category: str) -> Iterator[Row]:
    """The surface of every golden part, to the last bit."""
    path = ROOT / "tests" / "golden" / f"{category}.json.gz"
    stored = json.loads(gzip.decompress(path.read_bytes()))
    for number, row in enumerate(stored["rows"]):
        part = (category, row["template"], row["parameters"])
        mesh = geometry.part_mesh(*part, segments=stored["segments"])
        yield "golden part", f"{category} {number}", mesh.vertices.tobytes() + mesh.faces.tobytes()


def object_rows(category: str, seed: int) -> Iterator[Row]:
    """A sampled object: its code, its token text, and its files."""
    name = f"{category} {seed}"
    code = geometry.sample(category, np.random.default_rng(seed))
    yield "code", name, json.dumps(code).encode()
    yield "token text", name, json.dumps(stats.encode(code)).encode()
    for suffix in SUFFIXES:
        with tempfile.TemporaryDirectory() as folder:
            export(code, Path(folder) / f"object{suffix}")
            files = sorted(path for path in Path(folder).rglob("*") if path.is_file())
            named = [
                path.relative_to(folder).as_posix().encode() + b"\n" + path.read_bytes()
                for path in files
            ]
        yield f"file {suffix}", name, b"\n".join(named)


if __name__ == "__main__":
    main()
