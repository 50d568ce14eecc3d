"""Small codes of large meshes, and clients that ask for many meshes and leave."""

from __future__ import annotations

import contextlib
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
from served import Row, Server, until

SIZE = [1.0, 1.0, 0.1]
PART = {
    "template": "Table_Like_Base",
    "parameters": {
        "circle_size": SIZE,
        "num_legs": [1000],
        "leg_size": [0.1, 1.0],
        "leg_seperation": [0.8],
        "has_bottom_part": [1],
        "bottom_size": SIZE,
        "bottom_offset": [0.0],
    },
}
KINDS = ("glb", "obj", "stl", "urdf", "py")
LEAVING = 40


def bomb(parts: int, kind: str, legs: int = 1000) -> dict[str, Any]:
    part = json.loads(json.dumps(PART))
    part["parameters"]["num_legs"] = [legs]
    code = {"category": "Globe", "conceptualization": [part] * parts}
    return {"code": code, "format": kind, "segments": 128}


def drill(server: Server, quick: bool) -> list[Row]:
    return [_bombs(server), _large_ones(server), _leaving(server)]


def _bombs(server: Server) -> Row:
    row = Row("`/v1/mesh` of 0.5 to 34 million triangles, every format: refused with the number")
    for kind in KINDS:
        for parts in (1, 4, 16, 64):
            answer = httpx.post(f"{server.address}/v1/mesh", json=bomb(parts, kind), timeout=60)
            told = answer.text
            fine = answer.status_code == 422 and ("triangles" in told or "solids" in told)
            row.count(fine, f"{answer.status_code} {told}")
    return row


def _large_ones(server: Server) -> Row:
    """The largest that are built, more at once than are taken; predictions go on beside them."""
    row = Row(
        "20 of the largest meshes at once: built, told to wait or given up; 10 predictions beside"
    )

    def ask(_: int) -> tuple[int, str]:
        body = bomb(1, "obj", legs=800)  # the other formats take fewer solids
        answer = httpx.post(f"{server.address}/v1/mesh", json=body, timeout=180)
        return answer.status_code, "" if answer.is_success else answer.json()["error"]["code"]

    with ThreadPoolExecutor(20) as pool:
        asked = [pool.submit(ask, number) for number in range(20)]
        for _ in range(10):
            status = server.predict()
            row.count(status == 200, f"prediction {status}")
        for one in asked:
            wanted = ((200, ""), (429, "busy"), (503, "timed_out"))  # the last on a slow machine
            row.count(one.result() in wanted, f"mesh {one.result()}")
    return row


def _leaving(server: Server) -> Row:
    row = Row("clients that leave while their mesh is built: no process goes on with it")
    body = json.dumps(bomb(1, "obj", legs=800)).encode()
    head = "POST /v1/mesh HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    for _ in range(LEAVING):
        with server.connect() as connection:
            connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        row.times += 1
    if not until(lambda: not _busy(server)):
        row.faults.append("a process still computes")
    mug = {"category": "Mug", "conceptualization": []}
    answer = httpx.post(f"{server.address}/v1/mesh", json={"code": mug}, timeout=60)
    row.count(answer.status_code == 422, f"afterwards {answer.status_code} {answer.text}")
    return row


def _busy(server: Server) -> bool:
    """Whether a process of the service's computes."""
    children = Path(f"/proc/{server.process.pid}/task")
    for task in children.iterdir():
        with contextlib.suppress(OSError):
            for child in (task / "children").read_text().split():
                state = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[0]
                if state == "R":
                    return True
    return False
