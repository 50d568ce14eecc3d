"""What the service does under load: many clients at once, for minutes, over the loopback.

python benchmarks/load.py

Starts `img2code serve` on a free port. Each client asks for a prediction, waits for the answer and
asks again; one that is told 429 waits as long as Retry-After says. Anything but 200 and 429 is an
error, with which the benchmark fails. The server's memory is read once a second (Linux).
"""

from __future__ import annotations

import argparse
import asyncio
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import numpy as np
from latency import EXAMPLES, MEGABYTE, machine, pictures_in, resident

READY_SECONDS = 120.0  # for the model to be loaded
ANSWER_SECONDS = 150.0  # longer than the service itself allows
STAGES = 8  # of the run, between which memory is told


@dataclass
class Tally:
    """What the clients saw: seconds of each kind of answer, and the server's memory over time."""

    seconds: list[float] = field(default_factory=list)  # of predictions
    statuses: Counter[str] = field(default_factory=Counter)
    refused: list[float] = field(default_factory=list)  # seconds until a 429 came
    memory: list[float] = field(default_factory=list)  # MB, once a second


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--backend", default="embedded")
    parser.add_argument("--pictures", type=Path, default=EXAMPLES, help="a folder")
    options = parser.parse_args()
    pictures = pictures_in(options.pictures)

    command = [sys.executable, "-m", "img2code", "serve", "--port", "0", "--rate", "0"]
    server = subprocess.Popen(
        [*command, "--backend", options.backend], stderr=subprocess.PIPE, text=True
    )
    try:
        assert server.stderr is not None
        found = None
        while not found:
            line = server.stderr.readline()
            if not line:
                raise SystemExit("The service ended before it served.")
            found = re.search(r"http://\S+?:\d+", line)
        tally = asyncio.run(load(found[0], server.pid, pictures, options))
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(20)
    report(tally, options)
    raise SystemExit(any(status not in ("200", "429") for status in tally.statuses))


async def load(
    address: str, process: int, pictures: Sequence[Path], options: argparse.Namespace
) -> Tally:
    """All clients together against the service until their time is over."""
    bodies = [(path.name, path.read_bytes()) for path in pictures]
    tally = Tally()
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=address, timeout=ANSWER_SECONDS, limits=limits) as http:
        ready = time.monotonic() + READY_SECONDS
        while (await http.get("/ready")).status_code != 200:
            if time.monotonic() > ready:
                raise SystemExit(f"The service was not ready after {READY_SECONDS:.0f} s.")
            await asyncio.sleep(0.1)
        end = time.monotonic() + options.seconds
        watch = asyncio.create_task(watched(process, tally))
        clients = [client(http, bodies, n, end, tally) for n in range(options.clients)]
        await asyncio.gather(*clients)
        watch.cancel()
    return tally


async def client(
    http: httpx.AsyncClient, bodies: Sequence[tuple[str, bytes]], number: int, end: float, t: Tally
) -> None:
    """One client: asks with one picture after the other until the end."""
    while (start := time.monotonic()) < end:
        picture = bodies[number % len(bodies)]
        number += 1
        try:
            response = await http.post("/v1/predict", files={"image": picture})
        except httpx.HTTPError as error:
            t.statuses[type(error).__name__] += 1
            continue
        seconds = time.monotonic() - start
        t.statuses[str(response.status_code)] += 1
        if response.status_code == 200:
            t.seconds.append(seconds)
        elif response.status_code == 429:
            t.refused.append(seconds)
            await asyncio.sleep(float(response.headers["Retry-After"]))


async def watched(process: int, tally: Tally) -> None:
    """Reads the server's resident memory once a second."""
    while True:
        tally.memory.append(resident(process) / MEGABYTE)
        await asyncio.sleep(1.0)


def report(tally: Tally, options: argparse.Namespace) -> None:
    print(f"{options.backend}, {machine()}, clients on the same cores")
    print(f"{options.clients} clients for {options.seconds:.0f} s")
    print("| answer | number | p50 s | p95 s | p99 s |")
    print("|--------|--------|-------|-------|-------|")
    for status, seconds in (("200", tally.seconds), ("429", tally.refused)):
        if seconds:
            middle, high, top = np.percentile(seconds, [50, 95, 99])
            print(f"| {status:6} | {len(seconds):6} | {middle:5.2f} | {high:5.2f} | {top:5.2f} |")
    errors = {s: n for s, n in tally.statuses.items() if s not in ("200", "429")}
    print(f"errors other than 429: {errors or 'none'}")
    print(f"{len(tally.seconds) / options.seconds:.1f} predictions a second")
    if tally.memory:
        fractions = np.linspace(0, len(tally.memory) - 1, STAGES + 1).astype(int)
        stages = " ".join(f"{tally.memory[place]:.0f}" for place in fractions)
        print(f"memory in MB, from start to end: {stages}; at most {max(tally.memory):.0f}")


if __name__ == "__main__":
    main()
