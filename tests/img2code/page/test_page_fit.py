"""The fitted object over its picture, in a real browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from page_browser import generate
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.slow
MUG = Path(__file__).parents[3] / "example_images" / "mug_teal.jpg"


def test_the_object_is_drawn_over_its_picture_as_dense_as_one_likes(page: Page) -> None:
    generate(page, MUG.read_bytes())
    expect(page.locator("#download-glb")).to_be_enabled()
    expect(page.locator("#status")).to_contain_text(re.compile(r"Overlap \d\d%"))
    page.get_by_role("tab", name="On picture").click()
    body = page.locator("#on-picture .object")
    expect(body).to_be_visible()
    expect(page.locator("#on-picture p b")).to_have_text(re.compile(r"\d\d%"))
    plain = page.locator("#on-picture .layers img").first
    assert body.bounding_box() == plain.bounding_box()
    page.get_by_label("Opacity of the object").fill("0.1")
    expect(body).to_have_css("opacity", "0.1")


def test_without_a_fit_nothing_lies_over_the_picture(page: Page) -> None:
    page.get_by_label("Fit to the picture").uncheck()
    generate(page, MUG.read_bytes())
    expect(page.locator("#download-glb")).to_be_enabled()
    expect(page.locator("#status")).not_to_contain_text("Overlap")
    page.get_by_role("tab", name="On picture").click()
    expect(page.locator("#on-picture .object")).to_have_count(0)
    expect(page.locator("#on-picture .vacant")).to_be_visible()
