"""Many made-up parts and how they look: where a fit begins when no network has answered.

python -m img2code.parts.library --parts 24000 --out img2code/parts/weights/library.npz
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from tqdm import tqdm

from geometry.cad_parts.body import body
from geometry.cad_parts.part import CadPart
from geometry.cad_parts.rules import CHECK_SIDES
from geometry.cad_parts.sample import sample
from geometry.cad_parts.tokens import encode, written
from geometry.draw.part_camera import ISOMETRIC
from img2code.parts import features
from img2code.parts.compare import boxed, drawn

Array = np.ndarray

SHIPPED = Path(__file__).parent / "weights" / "library.npz"
DIMENSIONS = 128


@dataclass(frozen=True, eq=False)
class Library:
    """tokens of all parts, one after the other; vectors (N, D) of int8 in a basis of features."""

    tokens: Array
    ends: Array
    vectors: Array
    scale: Array
    basis: Array
    mean: Array

    @cached_property
    def _points(self) -> Array:
        return self.vectors * self.scale

    def nearest(self, maps: Array, count: int) -> list[tuple[int, float]]:
        """The parts whose pictures are most like one's maps (2, C, C), with their distances."""
        wanted = (features.vector(maps[None])[0] - self.mean) @ self.basis
        squares = ((self._points - wanted) ** 2).sum(axis=1)
        chosen = np.argsort(squares, kind="stable")[:count]
        return [(int(k), float(squares[k])) for k in chosen]

    def part(self, number: int) -> CadPart:
        begin = int(self.ends[number - 1]) if number else 0
        return written(self.tokens[begin : int(self.ends[number])].tolist())

    def __len__(self) -> int:
        return len(self.ends)


def load(path: Path = SHIPPED) -> Library:
    with np.load(path) as file:
        return Library(**{name: file[name] for name in Library.__dataclass_fields__})


def view(part: CadPart) -> Array:
    """The maps of a part as the library holds them."""
    made = body(part.steps, CHECK_SIDES)
    frame = boxed(made, ISOMETRIC, features.SIZE)
    return features.of_drawn(drawn(made, ISOMETRIC, frame, features.SIZE))


def build(parts: Sequence[CadPart], maps: Array) -> Library:
    """A library of parts and their maps (N, 2, C, C)."""
    tokens = [encode(part) for part in parts]
    return packed(tokens, maps)


def packed(tokens: Sequence[Sequence[int]], maps: Array) -> Library:
    values = features.vector(maps)
    mean = values.mean(axis=0)
    centred = values - mean
    _, vectors = np.linalg.eigh(centred.T @ centred)
    basis = vectors[:, ::-1][:, :DIMENSIONS].astype(np.float32)
    places = centred @ basis
    scale = (np.abs(places).max(axis=0) / 127).astype(np.float32)
    return Library(
        np.concatenate([np.array(one, np.uint16) for one in tokens]),
        np.cumsum([len(one) for one in tokens]).astype(np.uint32),
        np.round(places / scale).astype(np.int8),
        scale,
        basis,
        mean.astype(np.float32),
    )


def save(library: Library, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, **{n: getattr(library, n) for n in Library.__dataclass_fields__})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parts", type=int, default=24_000, metavar="N")
    parser.add_argument("--out", type=Path, default=SHIPPED, metavar="FILE")
    options = parser.parse_args()
    parts = [sample(np.random.default_rng(seed)) for seed in tqdm(range(options.parts))]
    save(build(parts, np.stack([view(part) for part in tqdm(parts)])), options.out)


if __name__ == "__main__":
    main()
