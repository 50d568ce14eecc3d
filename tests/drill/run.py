"""Attacks a running service with everything that has hurt it once, and prints what came of it.

make drill, or python tests/drill/run.py [--backend embedded] [--quick]

Starts `img2code serve --page` as users do, with 1,024 open files, on a free port of this machine.
One row per kind of attack: how often it was tried, how often the outcome was the wanted one. Ends
with status 1 where one was not, or where the service answered anything with status 500 that is no
failure of a model.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import platform
from collections.abc import Callable

import callers
import crowds
import ends
import mesh_bombs
import raw_requests
from served import Row, Server, started

FILES = 1024  # as `ulimit -n` of many systems
DRILLS: tuple[Callable[[Server, bool], list[Row]], ...] = (
    raw_requests.drill,
    callers.drill,
    crowds.drill,
    mesh_bombs.drill,
    ends.drill,  # the service has ended afterwards
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--backend", default="fake")
    parser.add_argument("--quick", action="store_true", help="a tenth of the connections")
    options = parser.parse_args()
    rows: list[Row] = []
    with started(options.backend, FILES) as server:
        for drill in DRILLS:
            rows += drill(server, options.quick)
    print(versions(options.backend))
    print()
    print("| tried | times | as wanted | otherwise |")
    print("|---|---|---|---|")
    for row in rows:
        others = "; ".join(row.faults[:3]) or "none"
        print(f"| {row.what} | {row.times:,} | {row.times - len(row.faults):,} | {others} |")
    raise SystemExit(any(row.faults for row in rows))


def versions(backend: str) -> str:
    names = ("gradio", "fastapi", "starlette", "uvicorn", "h11", "anyio")
    found = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names)
    return f"Python {platform.python_version()}, {found}; back end {backend}; {FILES} open files."


if __name__ == "__main__":
    main()
