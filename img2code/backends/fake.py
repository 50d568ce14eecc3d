"""Scripted answers instead of a model: for tests, and for working on the page without weights.

Without a script it makes up an object that depends on nothing but the picture's pixels.
"""

from __future__ import annotations

import hashlib
import itertools
import re
import time
from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np
from PIL import Image
from trimesh.transformations import euler_from_matrix, euler_matrix

import geometry
from geometry import program

_TOKEN = re.compile(r'[^"\d-]*(?:"[^"]*"|-?[\d.]+)')  # a name or a number, punctuation before it


class Fake:
    """Answers from a script, in turn and around again, with a pause before every piece."""

    name = "fake"
    blind: Literal[True] = True

    def __init__(self, answers: Sequence[str] = (), pause: float = 0.0) -> None:
        self._script = itertools.cycle(answers) if answers else None
        self._pause = pause

    def generate(self, picture: Image.Image, category: str | None) -> Iterator[str]:
        answer = next(self._script) if self._script else made_up(picture, category)
        for piece in pieces(answer):
            time.sleep(self._pause)
            yield piece


def load(answers: Sequence[str] = (), pause: float = 0.005) -> Fake:
    return Fake(answers, pause)


def pieces(text: str) -> list[str]:
    """The text cut so that each piece but the last brings one name or number."""
    found = _TOKEN.findall(text)
    rest = text[sum(map(len, found)) :]
    return found + [rest] * bool(rest)


def made_up(picture: Image.Image, category: str | None) -> str:
    """Token form of an object drawn at random, the same one for the same picture."""
    import stats

    digest = hashlib.sha256(picture.tobytes()).digest()
    rng = np.random.default_rng(list(digest))
    code = geometry.sample(category or str(rng.choice(geometry.categories())), rng)
    yaw, elevation = np.radians([rng.uniform(-60, 60), rng.uniform(5, 35)])
    turned = euler_matrix(elevation, 0, 0) @ euler_matrix(0, yaw, 0)
    angles = np.degrees(euler_from_matrix(turned, "sxyz"))
    code["pose"]["global_rotation"] = [round(angle) for angle in angles.tolist()]
    return program.dumps(stats.encode(code))
