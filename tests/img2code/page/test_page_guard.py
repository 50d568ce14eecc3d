"""No visitor reads a file of the server, or makes it open or fetch one, by any event's data."""

from __future__ import annotations

import base64
import io
import os
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np
import pytest
from page_server import FILE, WAYS, Served, picture, served, trapped
from PIL import Image

from img2code.page import guard
from img2code.page.picture_input import NOT_UPLOADED, PictureInput, uploaded_path

SECRET = "planted-secret-that-nobody-may-read"
STAMP = (12, 34, 56)  # the colour of a picture that nobody may see
#: Every payload to every input, as `make drill` does; else all of them to one input of each kind,
#: and one of each kind of payload to every input.
ALL = bool(os.environ.get("IMG2CODE_LONG_TESTS"))
AT_ONCE = 8  # requests

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder beside the page with what it must not open."""
    folder = tmp_path_factory.mktemp("planted")
    (folder / "secret.txt").write_text(SECRET)
    Image.new("RGB", (40, 40), STAMP).save(folder / "secret.png")
    os.mkfifo(folder / "fifo.png")
    return folder


@pytest.fixture(scope="module", params=WAYS)
def page(
    request: pytest.FixtureRequest, planted: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    with served(request.param, tmp_path_factory.mktemp("page")) as page:
        page.uploads.mkdir(exist_ok=True)
        for name in ("secret.txt", "secret.png"):
            (page.uploads / f"link-to-{name}").symlink_to(planted / name)
        os.mkfifo(page.uploads / "fifo.png")
        yield page


@pytest.fixture(scope="module")
def trap() -> Iterator[tuple[str, list[str]]]:
    with trapped() as trap:
        yield trap


def paths(planted: Path, uploads: Path, trap: str) -> list[str]:
    """What a hostile request may name as a file."""
    climb = "../" * len(uploads.parts)
    return [
        str(planted / "secret.txt"),
        str(planted / "secret.png"),
        str(planted / "nothing.txt"),
        str(planted / "fifo.png"),
        str(planted),
        f"{uploads}/{climb}{planted / 'secret.png'}",
        str(uploads / "link-to-secret.txt"),
        str(uploads / "link-to-secret.png"),
        str(uploads / "fifo.png"),
        str(uploads),
        "/dev/zero",
        "/dev/stdin",
        "/proc/self/environ",
        f"{trap}/picture.png",
        f"file://{planted / 'secret.png'}",
        f"data:image/png;base64,{base64.b64encode(picture()).decode()}",
        "\0",
        "a" * 5000,
        "",
    ]


def payloads(planted: Path, uploads: Path, trap: str) -> list[Any]:
    """Those paths as files, and a few of them in the other forms that data may have."""
    forms: list[Any] = [{"path": p, "meta": FILE} for p in paths(planted, uploads, trap)]
    secret, zero = str(planted / "secret.png"), "/dev/zero"
    for path in (secret, zero):
        file = {"path": path, "meta": FILE}
        forms += [path, [path], [file], {"value": file}, [[{"deep": [file]}]], {"path": path}]
        forms += [{**file, "is_stream": True}, {**file, "url": f"{trap}/url.png"}]
        forms += [{"url": f"{trap}/only-url.png", "meta": FILE}, {**file, "meta": {**FILE, "x": 1}}]
    return forms


def few(planted: Path, uploads: Path, trap: str) -> list[Any]:
    """One of each kind: files planted, absent, linked, devices, addresses, and other forms."""
    secret = str(planted / "secret.png")
    wanted = [
        *(str(planted / name) for name in ("secret.txt", "nothing.txt", "secret.png")),
        *(str(uploads / "link-to-secret.png"), "/dev/zero", f"{trap}/picture.png"),
        *(f"file://{secret}", f"data:image/png;base64,{base64.b64encode(picture()).decode()}"),
    ]
    files = [{"path": path, "meta": FILE} for path in wanted]
    file = {"path": secret, "meta": FILE}
    return [*files, secret, [[{"deep": [file]}]], {**file, "url": f"{trap}/url.png"}]


def leaked(answer: str, planted: Path) -> str:
    """What of the planted things is in an answer, empty where nothing is."""
    if SECRET in answer or str(planted) in answer or "root:x:" in answer:
        return answer[:500]
    for head in answer.split(";base64,")[1:]:
        content = base64.b64decode(head.split('"')[0].split("\\")[0].split("'")[0])
        shown = np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))
        middle = shown[shown.shape[0] // 2, shown.shape[1] // 2].astype(int)
        if np.abs(middle - STAMP).max() < 6:
            return "the planted picture"
    return ""


def cached(uploads: Path) -> list[Path]:
    """The copies of planted things among what the page serves."""
    found = [path for path in uploads.rglob("*") if path.is_file() and not path.is_symlink()]
    return [path for path in found if "secret" in path.name or SECRET.encode() in path.read_bytes()]


def test_no_event_takes_a_file_that_was_not_uploaded(
    page: Served, planted: Path, trap: tuple[str, list[str]]
) -> None:
    address, asked = trap
    config = page.get("/config").json()
    kinds = {component["id"]: component["type"] for component in config["components"]}
    every, some = (make(planted, page.uploads, address) for make in (payloads, few))
    had: set[str] = set()
    jobs: list[tuple[Any, int, str, Any]] = []  # event, place of the input, its kind, payload
    for event in config["dependencies"]:
        for place, component in enumerate(event["inputs"] or [None]):
            kind = kinds.get(component, "no input")
            sent = every if ALL or kind not in had else some
            had.add(kind)
            jobs += [(event, place, kind, payload) for payload in sent]

    def send(job: tuple[Any, int, str, Any]) -> str:
        event, place, _, payload = job
        data = [None] * max(len(event["inputs"]), 1)
        data[place] = payload
        return page.run(event["id"], data, event_data=payload)

    random.Random(1).shuffle(jobs)  # an event runs once at a time
    answers: dict[tuple[str, int], dict[str, str]] = {}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for number, (job, answer) in enumerate(zip(jobs, pool.map(send, jobs), strict=True)):
            event, place, kind, payload = job
            where = f"{event['api_name']}, {kind}: {payload!r:.200}"
            assert not leaked(answer, planted), f"{where}\n{answer[:500]}"
            answers.setdefault((event["api_name"], place), {})[repr(payload)] = answer
            if number % 50 == 0:
                assert page.client.get(page.live).status_code == 200
    for (name, _), told in answers.items():
        there = told[repr({"path": str(planted / "secret.txt"), "meta": FILE})]
        absent = told[repr({"path": str(planted / "nothing.txt"), "meta": FILE})]
        assert there == absent, f"{name} tells whether a file exists"
    assert len(jobs) > 1000
    assert not asked, "the server fetched what a request named"
    assert not cached(page.uploads)


def test_a_session_does_not_carry_a_file_from_one_event_to_the_next(
    page: Served, planted: Path
) -> None:
    """The picture input of the first events is what the gallery shows later."""
    config = page.get("/config").json()
    secret = {"path": str(planted / "secret.png"), "meta": FILE}
    for file in (secret, {**secret, "path": str(page.uploads / "link-to-secret.png")}):
        for event in config["dependencies"]:
            data = [file if place == 0 else None for place in range(len(event["inputs"]))]
            answer = page.run(event["id"], data, session="carried")
            assert not leaked(answer, planted), event["api_name"]


def test_an_uploaded_picture_becomes_a_code(page: Served) -> None:
    config = page.get("/config").json()
    kinds = {component["id"]: component["type"] for component in config["components"]}
    events = {event["api_name"]: event for event in config["dependencies"]}
    file = {"path": page.upload(picture()), "meta": FILE, "orig_name": "mug.png"}
    data = {"image": file, "dropdown": "Mug"}
    choose, generate = events["choose"], events["generate"]
    assert "Ready." in page.run(choose["id"], [file])
    answer = page.run(generate["id"], [data.get(kinds[i]) for i in generate["inputs"]])
    assert "Mug" in answer
    assert "tokens in" in answer


@pytest.mark.parametrize("kind", ["txt", "svg", "html", "png"])
def test_an_uploaded_file_is_served_and_runs_nothing(page: Served, kind: str) -> None:
    content = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    path = page.upload(content, f"file.{kind}")
    events = page.get("/config").json()["dependencies"]
    choose = next(event for event in events if event["api_name"] == "choose")
    page.run(choose["id"], [{"path": path, "meta": FILE}])  # Gradio once took it for its own now
    answer = page.get(f"/gradio_api/file={path}")
    assert answer.content == content
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    if kind in ("svg", "html"):
        assert answer.headers["content-disposition"].startswith("attachment")


def test_only_files_of_visitors_are_served(
    page: Served, planted: Path, trap: tuple[str, list[str]]
) -> None:
    address, asked = trap
    for path in [*paths(planted, page.uploads, address), "img2code/limits.py", "app.py"]:
        for route in ("/gradio_api/file=", "/gradio_api/file/", "/file=", "/gradio_api/proxy="):
            url = page.client.build_request("GET", page.address).url
            raw = f"{url.raw_path.decode()}{route}{path[:2000]}".replace("\0", "%00").encode()
            answer = page.client.get(url.copy_with(raw_path=raw))
            assert answer.status_code == 404, (route, path)
            assert not leaked(answer.text, planted)
    assert not asked


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/gradio_api/component_server"),
        ("POST", "/gradio_api/process_recording"),
        ("POST", "/gradio_api/run/choose"),
        ("POST", "/gradio_api/api/choose"),
        ("POST", "/gradio_api/stream/x"),
        ("GET", "/gradio_api/stream/x/y/z/playlist-file"),
        ("GET", "/gradio_api/deep_link?session_hash=x"),
        ("GET", "/gradio_api/custom_component/x/client/component/x"),
        ("GET", "/gradio_api/token"),
        ("GET", "/gradio_api/app_id"),
        ("GET", "/gradio_api/dev/reload"),
        ("GET", "/gradio_api/runs"),
        ("POST", "/gradio_api/vibe-edit/"),
        ("GET", "/gradio_api/vibe-code/"),
        ("GET", "/monitoring"),
        ("GET", "/monitoring/summary"),
        ("GET", "/gradio_api/queue/status"),
        ("GET", "/login/huggingface"),
        ("GET", "/gradio_api/mcp/"),
        ("POST", "/gradio_api/mcp/"),
        ("GET", "/gradio_api/mcp/sse"),
        ("GET", "/pwa_icon"),
        ("GET", "/docs"),
    ],
)
def test_paths_that_the_page_does_not_need_are_closed(page: Served, method: str, path: str) -> None:
    answer = page.client.request(method, page.address + path, json={"data": []})
    assert answer.status_code == 404


def test_every_route_of_gradio_is_either_open_on_purpose_or_closed() -> None:
    """A release of Gradio that adds a path does not open it."""
    program = (
        "import gradio as gr\n"
        "with gr.Blocks(analytics_enabled=False) as blocks: gr.Textbox()\n"
        "print(*gr.routes.App.create_app(blocks).openapi()['paths'])"
    )
    listed = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    opened = set()
    for route in listed.stdout.split():
        path = re.sub(r"\{\w+\}", "x", route)
        if guard.OPEN.fullmatch(path):
            opened.add(path.rstrip("/") or "/")
    assert opened == {
        "/",
        "/assets/x",
        "/config",
        "/favicon.ico",
        "/gradio_api/call/v2/x",
        "/gradio_api/call/x",
        "/gradio_api/call/x/x",
        "/gradio_api/cancel",
        "/gradio_api/heartbeat/x",
        "/gradio_api/info",
        "/gradio_api/queue/data",
        "/gradio_api/queue/join",
        "/gradio_api/reset",
        "/gradio_api/startup-events",
        "/gradio_api/upload",
        "/gradio_api/upload_progress",
        "/manifest.json",
        "/robots.txt",
        "/static/x",
        "/svelte/x",
        "/theme.css",
    }


def test_the_picture_input_gives_uploaded_regular_files_alone(tmp_path: Path) -> None:
    uploads, outside = tmp_path / "uploads", tmp_path / "outside.png"
    uploads.mkdir()
    outside.write_bytes(picture())
    good = uploads / "good.png"
    good.write_bytes(picture())
    assert uploaded_path(str(good), str(uploads)) == str(good)
    (uploads / "link.png").symlink_to(outside)
    os.mkfifo(uploads / "fifo.png")
    bad = [outside, uploads / "link.png", uploads / "fifo.png", uploads / "absent.png", uploads]
    for path in [*map(str, bad), "/dev/zero", "\0", "a" * 5000]:
        with pytest.raises(gr.Error) as refusal:
            uploaded_path(path, str(uploads))
        assert refusal.value.message == NOT_UPLOADED


def test_a_session_keeps_the_class_of_the_picture_input() -> None:
    """Gradio rebuilds a component from its arguments where an event changes it."""
    made = PictureInput(type="filepath", image_mode=None)
    copy = made.__class__(**made.constructor_args)
    assert type(copy) is PictureInput
    assert copy.preprocess(None) is None
    assert not Path(PictureInput.preprocess.__code__.co_filename).with_suffix(".pyi").exists()
