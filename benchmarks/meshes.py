"""How fast codes become meshes: one by one from floats, and batched from tensors.

    python benchmarks/meshes.py --seconds 1

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
    parser.add_argument("--seconds", type=float, default=0.7, help="time per figure")
    options = parser.parse_args()
    print(
        f"{options.segments} segments; build of one object on one thread; objects per second in "
        f"batches of {options.batch} on {torch.get_num_threads()} threads"
    )
    print("| category | vertices | build | batched | batched with gradients |")
    print("|----------|----------|-------|---------|------------------------|")
    totals = []
    for category in geometry.categories():
        rng = np.random.default_rng(1)
        codes = [geometry.sample(category, rng) for _ in range(SAMPLES)]
        vertices = np.mean([len(geometry.mesh(c, options.segments).vertices) for c in codes])
        single = rate(codes, lambda code: geometry.build(code, options.segments), options.seconds)
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
        figures = (1000 / single, forward * options.batch, both * options.batch)
        totals.append((vertices, *figures))
        print(row(category, vertices, *figures), flush=True)
    print(row("mean", *np.mean(totals, axis=0)))


def row(name: str, vertices: float, build: float, batched: float, with_gradients: float) -> str:
    return (
        f"| {name} | {vertices:.0f} | {build:.2f} ms | {batched:.0f}/s | {with_gradients:.0f}/s |"
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
