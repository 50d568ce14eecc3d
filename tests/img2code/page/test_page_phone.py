"""The page on a phone, its drop-downs, its comparison and many pictures at once, in a browser."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import pytest
from page_browser import PHONE, choose_category, open_tab, opened, pixels, remove
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.slow
EXAMPLES = Path(__file__).parents[3] / "example_images"


def test_it_fits_a_phone_and_the_object_comes_into_view(browser: Browser, address: str) -> None:
    with opened(browser, address, PHONE) as phone:
        expect(phone.locator("#generate")).to_be_visible()
        assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        phone.click("#generate")
        expect(phone.locator("#object")).to_be_in_viewport(ratio=0.3)
        expect(phone.locator("#stop")).to_be_disabled()
        expect(phone.locator("#figure canvas").first).to_be_visible()
        expect(phone.locator("#figure .modebar-container")).to_be_hidden()


def test_the_comparison_is_folded_on_a_phone_and_follows_the_card(
    browser: Browser, address: str
) -> None:
    with opened(browser, address, PHONE, dark=True) as phone:
        open_tab(phone, "Compare")
        card = phone.locator("#cards .card").nth(2)
        name = card.locator("b").inner_text()
        card.get_by_role("button", name="right").click()
        expect(phone.locator("#right-panel h3")).to_have_text(name)
        expect(phone.locator("#right-panel h3")).to_be_in_viewport()
        expect(phone.locator("#right-choice input")).to_have_value(name)
        assert phone.evaluate("document.documentElement.scrollHeight") < 2000
        ground = phone.locator("#right-panel .pair").evaluate(
            "element => getComputedStyle(element).backgroundColor"
        )
        assert max(map(int, ground.removeprefix("rgb(").removesuffix(")").split(","))) < 80
        expect(phone.locator("#right-panel img")).to_have_count(2)
        for shown in ("#right-panel figure:last-child img", "#cards .card img:last-child"):
            frame = pixels(phone, f"{shown} >> nth=0")
            corners = frame[[3, 3, -4, -4], [3, -4, 3, -4]]
            assert corners.max() < 80, shown


@pytest.mark.parametrize(
    ("text", "name"),
    [("Pen", "Pen"), ("washing machine", "Washingmachine"), ("mugs", "Mug"), ("kit", "KitchenPot")],
)
def test_enter_takes_what_is_written(page: Page, text: str, name: str) -> None:
    choose_category(page, text)
    expect(page.locator("#category input")).to_have_value(name)


def test_tab_closes_the_drop_down(page: Page) -> None:
    page.click("#category input")
    expect(page.locator("ul[role=listbox]")).to_have_count(1)
    page.keyboard.press("Tab")
    expect(page.locator("ul[role=listbox]")).to_have_count(0)
    expect(page.get_by_label("Fit to the picture")).to_be_focused()


def test_it_opens_on_a_finished_example_and_explains_itself(page: Page) -> None:
    expect(page.locator("#status")).to_contain_text("An example: Box")
    expect(page.locator("#figure canvas").first).to_be_visible()
    expect(page.locator("#download-glb")).to_be_enabled()
    assert page.locator("#examples button").count() >= 16
    expect(page.locator("#guide li")).to_have_count(3)
    expect(page.locator("#guide")).to_contain_text("32 categories")
    page.locator("#header nav button", has_text="API").click()
    expect(page.get_by_text("/v1/predict/stream").first).to_be_visible()


def test_many_pictures_become_a_table_and_one_archive(page: Page, tmp_path: Path) -> None:
    """A file that is no picture has its reason in the table, and the others are all there."""
    page.get_by_role("tab", name="Many").click()
    good = [EXAMPLES / "mug_teal.jpg", EXAMPLES / "box_chest.jpg"]
    files = [
        {"name": path.name, "mimeType": "image/jpeg", "buffer": path.read_bytes()} for path in good
    ]
    files.insert(1, {"name": "words.png", "mimeType": "image/png", "buffer": b"only words"})
    page.set_input_files("#pictures input[type=file]", files)
    expect(page.locator("#pictures")).to_contain_text("words")
    page.click("#generate-all")
    expect(page.locator("#many-status")).to_contain_text("2 of 3 pictures reconstructed, 1 failed")
    expect(page.locator("#outcomes tr")).to_have_count(4)
    expect(page.locator("#outcomes .failed")).to_contain_text("not an image")
    with page.expect_download() as download:
        page.click("#download-all")
    download.value.save_as(tmp_path / "all.zip")
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        rows = list(csv.DictReader(io.StringIO(archive.read("results.csv").decode())))
        names = archive.namelist()
    assert [row["picture"] for row in rows] == ["mug_teal.jpg", "words.png", "box_chest.jpg"]
    assert [bool(row["error"]) for row in rows] == [False, True, False]
    for stem in ("mug_teal", "box_chest"):
        assert {f"{stem}/generated_code.json", f"{stem}/mesh.glb"} <= set(names)


def test_many_without_pictures_gets_a_sentence(page: Page) -> None:
    remove(page)
    page.get_by_role("tab", name="Many").click()
    page.click("#generate-all")
    expect(page.locator("#many-status [role=alert]")).to_contain_text("Choose some pictures first.")
