"""The tab Create in a real browser: words, pictures, sliders, downloads, on to Reconstruct."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import trimesh
from page_browser import PHONE, open_tab, opened, status, wait_until_drawn
from playwright.sync_api import Browser, Page, expect

import geometry

pytestmark = pytest.mark.slow
LONG = 240_000  # milliseconds, for paintings on a busy machine


def say(page: Page, text: str) -> None:
    page.get_by_role("tab", name="Create").click()
    page.locator("#wish :is(input, textarea)").fill(text)


def painted(page: Page) -> str:
    """The large picture, when its files are there."""
    expect(page.locator("#made-pictures img").first).to_be_visible(timeout=LONG)
    expect(page.locator("#made-glb")).to_be_enabled(timeout=LONG)
    return page.locator("#made-pictures img").first.get_attribute("src") or ""


def test_words_become_an_object_that_follows_them_and_the_sliders(
    page: Page, tmp_path: Path
) -> None:
    say(page, "a red mug with a flibbertigibbet")
    picture = painted(page)
    expect(page.locator("#create-status")).to_contain_text("“flibbertigibbet”")
    expect(page.locator("#create-status b")).to_have_text("Mug")
    wait_until_drawn(page, "#made-figure")

    say(page, "a red mug")  # nothing else is pressed
    expect(page.locator("#create-status")).not_to_contain_text("flibber", timeout=LONG)
    expect(page.locator("#made-pictures img").first).not_to_have_attribute("src", picture)
    picture = painted(page)
    page.click("#another")
    expect(page.locator("#seed input")).to_have_value("1")
    expect(page.locator("#made-pictures img").first).not_to_have_attribute(
        "src", picture, timeout=LONG
    )

    picture = painted(page)
    field = page.locator("#made-panel input[type=number]").first
    name, was = field.get_attribute("data-parameter"), float(field.input_value())
    field.fill(str(1.4 * was))
    expect(page.locator("#made-glb")).to_be_disabled()
    expect(page.locator("#made-pictures img").first).not_to_have_attribute(
        "src", picture, timeout=LONG
    )
    painted(page)
    with page.expect_download() as download:
        page.click("#made-json")
    download.value.save_as(tmp_path / "mug.json")
    code = json.loads((tmp_path / "mug.json").read_text())
    assert code["conceptualization"][0]["parameters"][name][0] == pytest.approx(1.4 * was, rel=1e-3)
    with page.expect_download() as download:
        page.click("#made-glb")
    download.value.save_as(tmp_path / "mug.glb")
    assert len(trimesh.load_scene(tmp_path / "mug.glb").geometry) >= len(
        geometry.build(code).geometry
    )

    page.locator("#made-panel").get_by_role("button", name="Undo").click()
    expect(field).to_have_value(str(was).rstrip("0").rstrip("."))
    page.click("#send")
    status(page, "Ready.")
    expect(page.locator("#generate")).to_be_visible()
    expect(page.locator("#picture img")).to_have_attribute("src", re.compile("mug"))


def test_several_objects_are_chosen_from_and_no_words_leave_them(page: Page) -> None:
    say(page, "two chairs")
    first = painted(page)
    pictures = page.locator("#made-pictures button")
    expect(pictures).to_have_count(2)
    pictures.nth(1).click()
    expect(pictures.nth(1)).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#made-pictures img").first).not_to_have_attribute("src", first)
    page.locator("#wish :is(input, textarea)").fill("")
    page.click("#paint")
    expect(page.locator("#create-status").get_by_role("alert")).to_contain_text("Say what")
    expect(pictures).to_have_count(2)


def test_it_fits_a_phone(browser: Browser, address: str) -> None:
    with opened(browser, address, PHONE, dark=True) as phone:
        open_tab(phone, "Create")
        phone.locator("#ideas button").first.click()
        painted(phone)
        assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
