"""The page inside the guarded service, in a browser: with a key as password, within its policy."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_runs import address_of
from page_browser import PATIENCE, upload
from playwright.sync_api import Browser, expect

from img2code.service.access import KEYS

KEY = "a-key-of-the-tests-1"
REPOSITORY = Path(__file__).parents[3]
EXAMPLE = REPOSITORY / "example_images" / "mug_teal.jpg"
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The service as users start it."""
    server = subprocess.Popen(
        [sys.executable, "-m", "img2code", "serve", "--port", "0", "--page", "--backend", "fake"],
        env=os.environ | {KEYS: KEY},
        cwd=REPOSITORY,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield address_of(server)
    finally:
        server.terminate()
        _, errors = server.communicate(timeout=60)
    assert "Traceback" not in errors, errors


def test_without_the_key_there_is_no_page(browser: Browser, address: str) -> None:
    page = browser.new_page()
    answer = page.request.get(f"{address}/page/")
    assert answer.status == 401
    page.close()


def test_the_page_works_with_the_key_and_within_its_policy(browser: Browser, address: str) -> None:
    """A picture is handed in, its code streamed, its object drawn and downloaded."""
    password = {"username": "me", "password": KEY}
    page = browser.new_page(http_credentials=password, viewport={"width": 1440, "height": 900})
    page.set_default_timeout(PATIENCE)
    blocked: list[str] = []
    page.on("console", lambda said: blocked.append(said.text) if _blocked(said.text) else None)
    page.on("pageerror", lambda error: blocked.append(str(error)))
    page.goto(f"{address}/")
    expect(page.locator("#generate")).to_be_enabled()
    upload(page, EXAMPLE.read_bytes(), "mug.jpg")
    expect(page.locator("#status")).to_contain_text("Ready.")
    page.locator("#generate").click()
    expect(page.locator("#figure canvas").first).to_be_visible()
    page.get_by_role("tab", name="Mesh").click()
    expect(page.locator("#model canvas")).to_be_visible()
    with page.expect_download() as started:
        page.locator("#download-stl").click()
    assert Path(started.value.path()).stat().st_size > 1000
    page.close()
    assert blocked == []


def _blocked(text: str) -> bool:
    """Whether a line of the browser's console tells of something that we refused."""
    return bool(re.search(r"Content Security Policy|\b(401|403|421|429)\b", text))
