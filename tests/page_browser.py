"""The page in a real browser: how tests start it, drive it and read it."""

from __future__ import annotations

import contextlib
import io
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, Page, expect

import geometry
from geometry.draw.raster import draw

REPOSITORY = Path(__file__).parents[1]
BACKEND = os.environ.get("IMG2CODE_TEST_BACKEND", "embedded")
CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START_SECONDS = 240  # a second or two after the imports, which a busy machine draws out
PATIENCE = 60_000  # milliseconds, for one thing to appear on a busy machine
PATIENCE_FOR_FITS = 180_000  # a CAD part's takes ten CPU seconds; files of an object follow a fit
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}

expect.set_options(timeout=PATIENCE)


@contextlib.contextmanager
def served(program: str = "app.py") -> Iterator[str]:
    """The page as users start it, on a free port; afterwards its log must hold no traceback.

    program: what starts it.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {"IMG2CODE_BACKEND": BACKEND, "GRADIO_SERVER_PORT": str(port)}
    server = subprocess.Popen(
        [sys.executable, program],
        cwd=REPOSITORY,
        env=os.environ | settings | {"PYTHONPATH": str(REPOSITORY)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        _wait_for(server, port)
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.terminate()
        try:
            output, _ = server.communicate(timeout=60)
        finally:
            server.kill()
    assert "Traceback" not in output, output


def _wait_for(server: subprocess.Popen[str], port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise AssertionError(f"The page ended at once:\n{server.communicate()[0]}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise AssertionError(f"The page did not start within {START_SECONDS} s.")


@contextlib.contextmanager
def opened(
    browser: Browser, address: str, size: dict[str, int] = DESK, dark: bool = False
) -> Iterator[Page]:
    """The page just opened; whatever it asks of other machines or throws fails the test."""
    page = browser.new_page(
        viewport=size, accept_downloads=True, color_scheme="dark" if dark else "light"
    )
    elsewhere: list[str] = []
    thrown: list[str] = []
    page.on("pageerror", lambda error: thrown.append(str(error)))
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((address, "data:", "blob:"))
            else elsewhere.append(request.url)
        ),
    )
    page.set_default_timeout(PATIENCE)
    page.goto(address)
    expect(page.locator("#generate")).to_be_enabled()
    yield page
    page.close()
    assert not elsewhere
    assert not thrown


def open_tab(page: Page, name: str) -> None:
    """Of the page; tabs without room, as fonts and screens have it, stand in a menu at the end."""
    bar = page.locator("#pages")
    tab = bar.get_by_role("tab", name=name, exact=True)
    in_menu = bar.locator(".overflow-dropdown").get_by_text(name, exact=True)
    expect(tab.or_(in_menu)).to_have_count(1)
    if tab.count() == 0:
        bar.get_by_role("button", name="More tabs").first.click()
        in_menu.click()
    else:
        tab.click()


def picture_of(code: dict) -> bytes:
    content = io.BytesIO()
    draw(code, size=512).save(content, "PNG")
    return content.getvalue()


def sampled(category: str, seed: int) -> dict:
    return geometry.sample(category, np.random.default_rng(seed))


def status(page: Page, text: str) -> None:
    """Wait until the line below the buttons says this."""
    expect(page.locator("#status")).to_contain_text(text)


def remove(page: Page) -> None:
    """Take the picture away that is there, if one is."""
    button = page.locator("#picture button[aria-label='Remove Image']")
    if button.count():
        button.click()
        expect(page.locator("#picture img")).to_have_count(0)
        status(page, "Choose a picture or one")


def upload(page: Page, content: bytes, name: str = "chair.png") -> None:
    """Hand a picture in, in the place of one that is there."""
    remove(page)
    file = {"name": name, "mimeType": "image/png", "buffer": content}
    page.set_input_files("#picture input[type=file]", file)


def choose_category(page: Page, text: str) -> None:
    page.locator("#category input").fill(text)
    page.keyboard.press("Enter")
    expect(page.locator("ul[role=listbox]")).to_have_count(0)


def generate(page: Page, content: bytes) -> None:
    upload(page, content)
    status(page, "Ready.")
    page.click("#generate")
    expect(page.locator("#download-glb")).to_be_enabled()
    expect(page.locator("#generate")).to_be_enabled()


def written(page: Page, pane: str) -> str:
    """The text of a code pane, also of the lines that are scrolled out of sight."""
    page.locator(f"#{pane} .cm-content").wait_for(state="attached")  # it is loaded after the page
    text: str = page.evaluate(
        """pane => {
            const content = document.querySelector(`#${pane} .cm-content`);
            const editor = (content.cmTile ?? content.cmView).view;
            return editor.state.doc.toString();
        }""",
        pane,
    )
    return text


def pixels(page: Page, selector: str) -> np.ndarray:
    """What an element shows, height x width x 3."""
    return np.asarray(
        Image.open(io.BytesIO(page.locator(selector).screenshot())).convert("RGB")
    ).astype(int)


def colours_on(page: Page, selector: str) -> int:
    """How many clearly different colours the middle of an element shows; 1 where it is blank."""
    shown = pixels(page, selector)
    height, width, _ = shown.shape
    middle = shown[height // 4 : height * 3 // 4, width // 4 : width * 3 // 4].reshape(-1, 3)
    return len(np.unique(middle // 32, axis=0))


def wait_until_drawn(page: Page, selector: str) -> None:
    """Until an element that draws some time after it appears shows a shaded object."""
    deadline = time.monotonic() + PATIENCE / 1000
    while colours_on(page, selector) < 3:
        assert time.monotonic() < deadline, f"{selector} stays blank"
        page.wait_for_timeout(300)
