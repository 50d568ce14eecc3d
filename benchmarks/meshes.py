"""How many meshes a second come out of codes: one by one from floats, and batched from tensors.

    python benchmarks/meshes.py --seconds 2

A batch holds objects of one structure: a sampled object whose lengths are all varied a little.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

import geometry

SAMPLES = 40  # different objects per category, taken in turn


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--batch", type=int, default=256, help="objects per batch")
    parser.add_argument("--segments", type=int, default=32, help="sides of a circle")
    parser.add_argument("--seconds", type=float, default=2.0, help="time per figure")
    options = parser.parse_args()
    print(
        f"meshes per second, {options.segments} segments, batches of {options.batch}, "
        f"{torch.get_num_threads()} threads"
    )
    print("| category | vertices | one by one | batched | batched with gradients |")
    print("|----------|----------|------------|---------|------------------------|")
    for category in geometry.categories():
        rng = np.random.default_rng(1)
        codes = [geometry.sample(category, rng) for _ in range(SAMPLES)]
        vertices = np.mean([len(geometry.mesh(c, options.segments).vertices) for c in codes])
        single = rate(codes, lambda code: geometry.mesh(code, options.segments), options.seconds)
        batches = [varied(code, options.batch, rng) for code in codes[:8]]
        with torch.no_grad():
            forward = rate(
                batches,
                lambda parts, name=category: geometry.batch(name, parts, options.segments),
                options.seconds,
            )
        both = rate(
            batches,
            lambda parts, name=category: backward(name, parts, options.segments),
            options.seconds,
        )
        print(
            f"| {category:8} | {vertices:8.0f} | {single:10.0f} "
            f"| {forward * options.batch:7.0f} | {both * options.batch:22.0f} |"
        )


def rate(items: list[Any], work: Callable[[Any], object], seconds: float) -> float:
    """Calls per second, over the items in turn, after one call each to warm up."""
    for item in items:
        work(item)
    calls, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        work(items[calls % len(items)])
        calls += 1
    return calls / (time.perf_counter() - start)


def varied(code: dict[str, Any], size: int, rng: np.random.Generator) -> list[dict[str, Any]]:
    """The parts of a code with tensors (size,) for its lengths and angles, within 5 %."""
    templates = geometry.templates(code["category"])
    parts = []
    for part in code["conceptualization"]:
        parameters = {}
        for parameter in templates[part["template"]].parameters:
            values = part["parameters"][parameter.name]
            parameters[parameter.name] = [
                torch.tensor(value * rng.uniform(0.95, 1.05, size), requires_grad=True)
                if kind in ("length", "degrees")
                else value
                for kind, value in zip(parameter.kinds, values, strict=False)
            ]
        parts.append({"template": part["template"], "parameters": parameters})
    return parts


def backward(category: str, parts: list[dict[str, Any]], segments: int) -> None:
    vertices, _ = geometry.batch(category, parts, segments)
    vertices.square().sum().backward()


if __name__ == "__main__":
    main()
