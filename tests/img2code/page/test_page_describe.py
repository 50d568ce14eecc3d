"""The tab Describe in a real browser: regions, scores, words, what is cut out, wrong files."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import gradio as gr
import pytest
from page_browser import PHONE, open_tab, opened
from playwright.sync_api import Browser, Page, expect

from img2code.page.described import Asked, prompted

pytestmark = pytest.mark.slow
MUG = Path(__file__).parents[3] / "example_images" / "mug_teal.jpg"
LONG = 240_000  # milliseconds, for several stages of a model on a busy machine


def choose(page: Page, content: bytes, name: str = "mug.jpg") -> None:
    page.get_by_role("tab", name="Describe").click()
    remove = page.locator("#described-picture button[aria-label='Remove Image']")
    if remove.count():
        remove.click()
        expect(page.locator("#described-picture img")).to_have_count(0)
    file = {"name": name, "mimeType": "image/jpeg", "buffer": content}
    page.set_input_files("#described-picture input[type=file]", file)


def click_on_it(page: Page, across: float, along: float) -> None:
    stage = page.locator("#stage .shown")
    stage.scroll_into_view_if_needed()
    box = stage.bounding_box()
    assert box
    page.mouse.click(box["x"] + across * box["width"], box["y"] + along * box["height"])


def test_a_picture_is_described_and_what_is_clicked_is_cut_out(page: Page) -> None:
    choose(page, MUG.read_bytes())
    expect(page.locator("#describe-status")).to_contain_text("Ready")
    page.locator("#score-texts textarea").fill("a mug\na chair")
    page.click("#describe")
    expect(page.locator("#painted-again img")).to_have_count(2, timeout=LONG)
    expect(page.locator("#described-words h3")).to_contain_text("mug")
    expect(page.locator("#scores .best")).to_contain_text("a mug")
    expect(page.locator("#stage .foreground")).to_be_visible()
    page.get_by_label("Foreground").uncheck()
    expect(page.locator("#stage .foreground")).to_be_hidden()

    regions, sentences = page.locator("#stage .region"), page.locator("#stage .sentences li")
    expect(regions).to_have_count(sentences.count())
    last = regions.last  # the smallest, so nothing lies on it
    number = last.get_attribute("data-region")
    sentence = page.locator(f"#stage li[data-region='{number}']").inner_text()
    last.hover()
    expect(page.locator("#stage .sentence")).to_have_text(sentence)
    page.mouse.move(0, 0)
    expect(page.locator("#stage .sentence")).not_to_have_text(sentence)
    last.focus()
    expect(page.locator("#stage .sentence")).to_have_text(sentence)
    page.keyboard.press("Enter")  # from the keyboard: what is in the region's box
    expect(page.locator("#segments legend")).to_have_text("In the box", timeout=LONG)

    click_on_it(page, 0.5, 0.55)
    expect(page.locator("#segments legend")).to_have_text("Around the point", timeout=LONG)
    options = page.locator("#segments input")
    expect(options).to_have_count(3)
    best = page.locator("#segments label:has(:checked)")
    fractions = [
        float(text.split()[-1]) for text in page.locator("#segments span").all_inner_texts()
    ]
    assert best.inner_text().split()[-1] == f"{max(fractions):.2f}"
    layer = page.locator("#stage .chosen")
    first = layer.get_attribute("src")
    page.locator("#segments input:not(:checked)").first.check()
    expect(layer).not_to_have_attribute("src", first or "")
    link = page.locator("#segments a").get_attribute("href")
    assert link
    told = json.loads(base64.b64decode(link.partition(",")[2]))
    assert len(told["segments"]) == 3
    xs = [x for each in told["segments"] for ring in each["polygons"] for x, _ in ring["outer"]]
    assert 0 <= min(xs) < max(xs) <= told["width"]


def test_the_picture_of_reconstruct_is_taken_and_a_wrong_file_is_said(page: Page) -> None:
    choose(page, b"only words", "words.jpg")
    status = page.locator("#describe-status")
    expect(status.get_by_role("alert")).to_contain_text("not an image")
    page.click("#describe")
    expect(status.get_by_role("alert")).to_contain_text("Choose a picture first.")
    page.click("#describe-take")
    expect(page.locator("#stage .shown")).to_be_visible()
    page.locator("#score-texts textarea").fill("")
    page.click("#score")
    expect(status.get_by_role("alert")).to_contain_text("Write a text")
    expect(page.locator("#stage .shown")).to_be_visible()


def test_it_fits_a_phone(browser: Browser, address: str) -> None:
    with opened(browser, address, PHONE, dark=True) as phone:
        open_tab(phone, "Describe")
        phone.click("#describe-take")
        expect(phone.locator("#stage .shown")).to_be_visible()
        assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.parametrize(
    "data",
    [
        None,
        {},
        "x",
        {"point": [0.5]},
        {"point": [1, 0]},
        {"point": ["0", "0"]},
        {"point": [float("nan"), 0.5]},
        {"box": "1,2"},
        {"box": ["0,0,1,1"]},
    ],
)
def test_what_no_page_asks_is_refused(data: object) -> None:
    with pytest.raises(gr.Error):
        prompted(data)


def test_a_click_and_a_drag_are_in_pixels() -> None:
    point, box = prompted({"point": [0.5, 0.25]}), prompted({"box": "0,0.5,1,1"})
    assert isinstance(point, Asked)
    assert point.within((200, 100)).points == ((100.0, 25.0),)
    assert box.within((200, 100)).box == (0.0, 50.0, 200.0, 100.0)
