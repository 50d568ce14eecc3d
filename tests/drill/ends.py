"""SIGTERM while the service works: what is under way is finished, and everybody is told."""

from __future__ import annotations

import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor

import httpx
from served import ANSWER_SECONDS, PICTURE, Row, Server, until

CLIENTS = 24
END_SECONDS = 30.0


def drill(server: Server, quick: bool) -> list[Row]:
    row = Row("requests under way at SIGTERM: finished, or told that it stops; none is cut off")
    after = Row("the service after SIGTERM: it ends by itself, its log without a traceback")

    def ask(number: int) -> str:
        stream = number % 2
        path = "/v1/predict/stream" if stream else "/v1/predict"
        try:
            answer = httpx.post(
                server.address + path, files={"image": PICTURE}, timeout=ANSWER_SECONDS
            )
        except httpx.ConnectError:
            return "not reached"  # it has ended already
        except httpx.TransportError as error:
            return type(error).__name__
        last = answer.text.rpartition("event: ")[2].partition("\n")[0]
        return last if stream and answer.is_success else str(answer.status_code)

    before = _answered(server)
    with ThreadPoolExecutor(CLIENTS) as pool:
        asked = [pool.submit(ask, number) for number in range(CLIENTS)]
        until(lambda: _answered(server) > before)
        server.process.send_signal(signal.SIGTERM)
        for one in asked:
            fine = one.result() in ("200", "503", "429", "done", "error", "not reached")
            row.count(fine, one.result())
    try:
        status: int | None = server.process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        status = None
    after.count(status == 0, f"status {status}")
    traces = any("Traceback" in line for line in server.errors)
    told = [line for line in server.errors if line[:1].isalpha() and "Invalid HTTP" not in line]
    after.count(not traces, told)
    return [row, after]


def _answered(server: Server) -> float:
    """Pictures that the model has finished."""
    try:
        lines = httpx.get(f"{server.address}/metrics", timeout=ANSWER_SECONDS).text.splitlines()
    except httpx.TransportError:
        return -1.0
    name = "img2code_run_seconds_count "
    return next(float(line.split()[1]) for line in lines if line.startswith(name))
