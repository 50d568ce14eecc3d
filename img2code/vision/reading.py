"""A picture as its code explains it: the fitted object, where it lies, and what each pixel shows.

Segments, captions and scores come from the same reading, so it is made once and kept for a while.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from PIL import Image

from geometry.program import Program
from geometry.view import view_of
from img2code import framing
from img2code.backends import FittingBackend, load
from img2code.fit.camera import FOCAL, Camera, framed, turned
from img2code.fit.drawing import Drawing, surfaces
from img2code.fit.fitting import Fitted
from img2code.framing import Pixels
from img2code.image import content
from img2code.recognition import Box, Recognition
from img2code.reconstruct import Reconstructor
from img2code.result import Result

Array = np.ndarray

#: Readings that are kept.
KEPT = 4
SEGMENTS = 48


@dataclass(frozen=True)
class Look:
    """What a picture shows at first sight.

    classes: (1000,) probabilities of ImageNet's classes. found: as in Reading.
    """

    recognition: Recognition
    classes: Array
    found: Array


@dataclass(frozen=True)
class Reading:
    """picture: from `open_image`. found: (H, W) probability of the object in the upright picture.

    result: its code, fitted where that was asked for.
    """

    picture: Image.Image
    result: Result
    found: Array

    @property
    def program(self) -> Program:
        return self.result.program

    @property
    def recognition(self) -> Recognition:
        assert self.result.recognition is not None
        return self.result.recognition

    @property
    def fitted(self) -> Fitted | None:
        return self.result.fitted

    @cached_property
    def size(self) -> tuple[int, int]:
        """Width and height of the upright picture."""
        left, top, right, bottom = content(self.picture)
        return right - left, bottom - top

    @cached_property
    def mask(self) -> Array:
        """(H, W) where the object is, by the mask network and the picture's colours."""
        seen: Array = self.found >= 0.5
        return seen

    @cached_property
    def camera(self) -> Camera:
        """Of the square picture."""
        if self.fitted is not None:
            return self.fitted.camera
        return self.camera_for(self.program)

    def camera_for(self, program: Program) -> Camera:
        """The one that sees another object, turned by its own pose, where this one is."""
        points, _, _ = _mesh(program)
        box = framing.pixels(self.picture, self.recognition.box)
        posed = turned(points, view_of(program.pose.rotation))
        return framed(posed, box, self.picture.width, FOCAL)

    @cached_property
    def part_of(self) -> Array:
        """(H, W) the part of the drawn object that is seen at a pixel, -1 where there is none."""
        points, faces, part_of = _mesh(self.program)
        posed = turned(points, view_of(self.program.pose.rotation))
        drawing = Drawing(posed, faces, self.camera, self.picture.width)
        parts: Array = np.where(drawing.face >= 0, part_of[drawing.face], -1)
        left, top, right, bottom = content(self.picture)
        return parts[top:bottom, left:right]

    @cached_property
    def colours(self) -> Array:
        """(H, W, 3) of the upright picture."""
        return np.asarray(self.picture.crop(content(self.picture)))


def _mesh(program: Program) -> tuple[Array, Array, Array]:
    """Points, faces and the part of each face."""

    return program.keep("mesh for readings", lambda: surfaces(program, SEGMENTS))


class Reader:
    """Reads pictures with a back end that recognises and fits; thread-safe."""

    def __init__(self, backend: FittingBackend) -> None:
        self.backend: Any = backend
        self._reconstructor = Reconstructor(backend)
        self._kept: OrderedDict[Any, Reading] = OrderedDict()
        self._lock = threading.Lock()

    @classmethod
    def load(cls, device: str | None = None) -> Reader:
        """With the embedded model."""
        backend = load("embedded", **({"device": device} if device else {}))
        assert isinstance(backend, FittingBackend)
        return cls(backend)

    def guess(self, picture: Image.Image, box: Box | None = None) -> Program:
        """The code of a picture from `open_image`; fitted, if it was read. Raises as `run`."""
        with self._lock:
            known = self._kept.get(_key(picture, box, True))
        return known.program if known else self._reconstructor.run(picture, box=box).program

    def read(self, picture: Image.Image, box: Box | None = None, fit: bool = True) -> Reading:
        """picture: from `open_image`. box: where the object is. Raises GenerationError."""
        key = _key(picture, box, fit)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        reading = self._read(picture, box, fit)
        with self._lock:
            self._kept[key] = reading
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return reading

    def _read(self, picture: Image.Image, box: Box | None, fit: bool) -> Reading:
        result = self._reconstructor.run(picture, box=box, fit=fit)
        return Reading(picture, result, self.look(picture, box).found)

    def look(self, picture: Image.Image, box: Box | None = None) -> Look:
        """What a picture from `open_image` shows, without its code."""
        (seen,) = self.backend.see([picture], [box])
        found = self.backend.mask(picture, seen)
        classes = seen.classes.softmax(0).cpu().numpy()
        return Look(seen.recognition, classes, upright(picture, found.probability, found.square))

    def recognized(self, picture: Image.Image) -> Recognition:
        """What a picture shows, without its code and its mask."""
        (seen,) = self.backend.see([picture], [None])
        recognition: Recognition = seen.recognition
        return recognition


def _key(picture: Image.Image, box: Box | None, fit: bool) -> Any:
    digest = hashlib.sha256(picture.tobytes()).hexdigest()
    return digest, picture.size, content(picture), box, fit


def upright(picture: Image.Image, probability: Array, square: Pixels) -> Array:
    """(H, W) of the upright picture, of what is known (S, S) of a square of it; 0 beyond."""
    left, top, right, bottom = content(picture)
    step = (square[2] - square[0]) / len(probability)
    edges = ((left, 0), (top, 1), (right, 0), (bottom, 1))
    inside = tuple((edge - square[axis]) / step for edge, axis in edges)
    plane = Image.fromarray(probability.astype(np.float32))
    size, method = (right - left, bottom - top), Image.Resampling.BILINEAR
    moved = plane.transform(size, Image.Transform.EXTENT, inside, method, fillcolor=0)
    return np.asarray(moved)
