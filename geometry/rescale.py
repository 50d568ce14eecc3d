"""The same object larger or smaller: only lengths change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from geometry.program import Code, find_template, parse


def rescale(code: str | Mapping[str, Any], factor: float) -> Code:
    """A code whose mesh is `factor` times as large about the origin. Raises CodeError.

    E.g. `rescale(code, 0.1 / height)` gives a real mug its ten centimetres.
    """
    checked = parse(code)
    for entry in checked["conceptualization"]:
        template = find_template(checked["category"], entry["template"])
        for parameter in template.parameters:
            numbers = entry["parameters"][parameter.name]
            entry["parameters"][parameter.name] = [
                value * factor if kind == "length" else value
                for kind, value in zip(parameter.kinds, numbers, strict=False)
            ]
    return checked


def diagonal(points: np.ndarray) -> float:
    """The diagonal of the bounding box of points (N, 3)."""
    return float(np.linalg.norm(np.ptp(points, axis=0)))
