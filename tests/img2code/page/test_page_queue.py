"""Runs that last: who waits sees their place in the queue, who stops one keeps what it has."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from page_browser import PATIENCE_FOR_FITS, choose_category, opened, served, status, upload
from playwright.sync_api import Browser, Page, expect

from geometry.cad_parts.body import body
from geometry.cad_parts.part import CadPart, Extrude
from geometry.draw.part_picture import draw_part
from geometry.sketch.loops import Rectangle
from img2code import limits

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def slow() -> Iterator[str]:
    """The page with a back end that nobody waits for."""
    with served("tests/slow_page.py") as address:
        yield address


def waits_at(page: Page, place: int, waiting: int) -> None:
    line = page.locator("#status .progress-text")
    expect(line).to_be_visible()
    expect(line).to_contain_text(f"queue: {place}/{waiting}")


def test_who_waits_sees_their_place(browser: Browser, slow: str, chair: bytes) -> None:
    assert limits.CONCURRENT_RUNS == 1
    with ExitStack() as stack:
        first, second, third = (stack.enter_context(opened(browser, slow)) for _ in range(3))
        for visitor in (first, second, third):
            upload(visitor, chair)
            status(visitor, "Ready.")
        first.click("#generate")
        status(first, "token")
        second.click("#generate")
        waits_at(second, 1, 1)
        third.click("#generate")
        waits_at(third, 2, 2)
        first.click("#stop")
        status(first, "Stopped after")
        status(second, "token")
        waits_at(third, 1, 1)
        second.click("#stop")
        status(third, "token")


def test_a_fit_that_is_stopped_keeps_what_it_has(browser: Browser, slow: str) -> None:
    plate = CadPart((Extrude("join", "XY", 0.4, 0.6, (Rectangle(0, 0.2, 1, 0.8),)),))
    content = io.BytesIO()
    draw_part(body(plate.steps)).save(content, "PNG")
    with opened(browser, slow) as page:
        upload(page, content.getvalue(), "plate.png")
        status(page, "Ready.")
        choose_category(page, "CAD part")
        page.click("#generate")
        expect(page.locator("#part-figure canvas").first).to_be_visible(timeout=PATIENCE_FOR_FITS)
        expect(page.locator("#part-download-stl")).to_be_disabled()
        page.click("#stop")
        expect(page.locator("#part-download-stl")).to_be_enabled(timeout=PATIENCE_FOR_FITS)
        expect(page.locator("#status b")).to_have_text("CAD part")
