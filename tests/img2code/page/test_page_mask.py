"""The mask of an object corrected with a brush and with a box, in a real browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from page_browser import PATIENCE_FOR_FITS, generate
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.slow
MUG = Path(__file__).parents[3] / "example_images" / "mug_teal.jpg"
OPAQUE = """() => {
    const canvas = document.querySelector('.mask-canvas');
    const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
    let count = 0;
    for (let k = 3; k < data.length; k += 4) count += data[k] > 127;
    return count;
}"""


def begin(page: Page) -> None:
    generate(page, MUG.read_bytes())
    page.get_by_role("tab", name="On picture").click()
    page.get_by_role("button", name="Correct the mask").click()
    expect(page.locator(".mask-canvas")).to_be_visible()


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """On the mask, in fractions of it."""
    box = page.locator(".mask-canvas").bounding_box()
    assert box
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in (start, end)]
    page.mouse.move(*places[0])
    page.mouse.down()
    page.mouse.move(*places[1], steps=5)
    page.mouse.up()


def test_a_brush_adds_and_removes(page: Page) -> None:
    begin(page)
    first = page.evaluate(OPAQUE)
    assert first > 1000
    drag(page, (0.02, 0.03), (0.4, 0.03))
    more = page.evaluate(OPAQUE)
    assert more > first
    page.locator("[data-mask=remove]").click()
    drag(page, (0.02, 0.03), (0.4, 0.03))
    drag(page, (0.02, 0.05), (0.4, 0.05))
    assert page.evaluate(OPAQUE) < more
    page.locator("[data-mask=cancel]").click()
    expect(page.locator(".mask-canvas")).to_have_count(0)
    expect(page.get_by_role("button", name="Correct the mask")).to_be_visible()


def test_the_fit_follows_the_corrected_mask(page: Page) -> None:
    begin(page)
    before = page.locator("#on-picture .object").get_attribute("src")
    page.locator("[data-mask=box]").click()
    drag(page, (0.0, 0.0), (1.0, 0.55))  # what is below does not belong to it
    page.locator("[data-mask=fit]").click()
    expect(page.locator("#on-picture .object")).not_to_have_attribute("src", before or "")
    expect(page.locator("#status")).to_contain_text(re.compile(r"Overlap \d+%"))
    expect(page.locator("#live[data-stamp], #live [data-stamp]")).to_have_attribute(
        "data-settled", "true", timeout=PATIENCE_FOR_FITS
    )
    expect(page.locator("#download-glb")).to_be_enabled()
    expect(page.locator(".mask-canvas")).to_have_count(0)
    page.get_by_role("button", name="Correct the mask").click()  # goes on from the new one
    expect(page.locator(".mask-canvas")).to_be_visible()
