"""What the model saw, in a real browser: categories, other objects and boxes rebuild a picture."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from page_browser import PHONE, choose_category, generate, opened, status, upload, written
from PIL import Image
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.slow
EXAMPLES = Path(__file__).parents[3] / "example_images"
SIDE = 512


@pytest.fixture(scope="module")
def two() -> bytes:
    """A mug, and a chair on its right, which is not what stands out most."""
    both = Image.new("RGB", (2 * SIDE, SIDE))
    for place, name in enumerate(("mug_teal", "chair_beech")):
        picture = Image.open(EXAMPLES / f"{name}.jpg").resize((SIDE, SIDE))
        both.paste(picture, (place * SIDE, 0))
    content = io.BytesIO()
    both.save(content, "PNG")
    return content.getvalue()


def made(page: Page, category: str) -> None:
    """Wait until the object of that category is there, and its chip is marked."""
    expect(page.locator("#status b")).to_have_text(category)
    expect(page.locator("#download-glb")).to_be_enabled()
    expect(page.locator("#generate")).to_be_enabled()
    expect(page.locator("#stop")).to_be_disabled()
    expect(page.locator(".chip[aria-pressed=true]")).to_contain_text(category)
    expect(page.locator("#recovered .cm-content")).to_be_visible()
    assert json.loads(written(page, "recovered"))["category"] == category


def crop(page: Page) -> tuple[float, float, float, float]:
    """The drawn crop in fractions of the picture, left, top, right, bottom."""
    left, top, right, bottom = page.evaluate(
        """() => {
            const around = document.querySelector('.seen img').getBoundingClientRect();
            const box = document.querySelector('.seen .crop').getBoundingClientRect();
            return [(box.left - around.left) / around.width, (box.top - around.top) / around.height,
                    (box.right - around.left) / around.width,
                    (box.bottom - around.top) / around.height];
        }"""
    )
    return left, top, right, bottom


def corners(page: Page, box: tuple[float, float, float, float]) -> tuple[float, ...]:
    """Pixels of the screen."""
    around = page.locator(".seen").bounding_box()
    assert around
    x, y, width, height = (around[name] for name in ("x", "y", "width", "height"))
    left, top, right, bottom = box
    return x + left * width, y + top * height, x + right * width, y + bottom * height


def draw(page: Page, box: tuple[float, float, float, float]) -> None:
    left, top, right, bottom = corners(page, box)
    page.mouse.move(left, top)
    page.mouse.down()
    page.mouse.move((left + right) / 2, bottom, steps=3)
    page.mouse.move(right, bottom, steps=3)
    page.mouse.up()


def test_a_chip_rebuilds_as_another_category_and_says_what_speaks_against_it(
    page: Page, two: bytes
) -> None:
    generate(page, two)
    made(page, "Mug")
    expect(page.locator(".chip")).to_have_count(3)
    expect(page.locator("#status .doubt")).to_have_count(0)
    second = page.locator(".chip").nth(1)
    name = str(second.get_attribute("data-category"))
    second.click()
    made(page, name)
    expect(page.locator("#status .doubt")).to_contain_text(
        f"looks like a Mug (100%), not like a {name}"
    )
    page.locator(".chip").nth(0).click()
    made(page, "Mug")
    expect(page.locator("#status .doubt")).to_have_count(0)


def test_a_photograph_is_rebuilt_from_a_box_and_as_another_category(page: Page) -> None:
    generate(page, (EXAMPLES / "mug_photo.jpg").read_bytes())
    made(page, "Mug")
    box = (0.02, 0.03, 0.98, 0.9)
    page.locator("#status b").evaluate("line => { line.dataset.before = 'yes'; }")
    draw(page, box)
    expect(page.locator("#status b[data-before]")).to_have_count(0)
    made(page, "Mug")
    assert crop(page) == pytest.approx(box, abs=0.02)
    second = page.locator(".chip").nth(1)
    name = str(second.get_attribute("data-category"))
    second.click()
    made(page, name)
    expect(page.locator("#status .doubt")).to_contain_text("looks like a Mug")


def test_a_category_of_the_form_that_is_none_of_the_likeliest_is_marked(
    page: Page, two: bytes
) -> None:
    choose_category(page, "Laptop")
    generate(page, two)
    made(page, "Laptop")
    expect(page.locator(".chip")).to_have_count(4)
    page.locator(".chip").nth(0).click()
    made(page, "Mug")
    expect(page.locator(".chip")).to_have_count(3)


def test_another_object_is_rebuilt_and_the_first_one_again(page: Page, two: bytes) -> None:
    generate(page, two)
    made(page, "Mug")
    first = crop(page)
    assert first[2] < 0.5
    expect(page.locator(".seen .object")).to_have_count(1)
    page.locator(".seen .object").click()
    made(page, "Chair")
    assert crop(page)[0] > 0.5
    page.locator(".seen .object").click()
    made(page, "Mug")
    assert crop(page) == pytest.approx(first, abs=0.01)


def test_a_box_is_drawn_with_the_mouse_and_a_chip_keeps_it(page: Page, two: bytes) -> None:
    generate(page, two)
    made(page, "Mug")
    box = (0.6, 0.05, 0.9, 0.92)
    draw(page, box)
    made(page, "Chair")
    assert crop(page) == pytest.approx(box, abs=0.02)
    expect(page.locator(".seen .object")).to_have_count(2)  # the boxes that were found
    page.locator(".chip").nth(1).click()
    expect(page.locator("#status .doubt")).to_contain_text("looks like a Chair")
    assert crop(page) == pytest.approx(box, abs=0.02)
    page.click("#generate")
    made(page, "Mug")


def test_a_box_of_no_size_asks_for_nothing(page: Page, two: bytes) -> None:
    generate(page, two)
    made(page, "Mug")
    before = crop(page)
    draw(page, (0.5, 0.5, 0.51, 0.52))
    assert crop(page) == pytest.approx(before, abs=0.01)
    made(page, "Mug")


def test_another_picture_takes_what_was_seen_along(page: Page, two: bytes, chair: bytes) -> None:
    expect(page.locator(".seen .crop")).to_be_visible()  # of the opening example
    page.locator("#examples button").nth(3).click()
    status(page, "Ready.")
    expect(page.locator("#seen")).to_be_hidden()
    generate(page, two)
    expect(page.locator(".seen .crop")).to_be_visible()
    upload(page, chair)
    expect(page.locator(".seen")).to_have_count(0)


def test_a_finger_scrolls_until_the_button_was_pressed_and_then_draws(
    browser: Browser, address: str, two: bytes
) -> None:
    with opened(browser, address, PHONE) as phone:
        generate(phone, two)
        made(phone, "Mug")
        phone.evaluate("window.scrollTo(0, 0)")
        touch = phone.context.new_cdp_session(phone)
        box = (0.6, 0.05, 0.9, 0.92)

        def drag() -> None:
            left, top, right, bottom = corners(phone, box)
            path = [(left, top), (left + 20, top + 20), (right, bottom)]
            for kind, (x, y) in zip(("touchStart", "touchMove", "touchMove"), path, strict=True):
                points = [{"x": x, "y": y}]
                touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
            touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

        before = crop(phone)
        drag()
        assert crop(phone) == pytest.approx(before, abs=0.01)
        phone.evaluate("window.scrollTo(0, 0)")
        phone.click(".chips .draw")
        phone.evaluate("window.scrollTo(0, 0)")
        phone.wait_for_timeout(500)
        drag()
        made(phone, "Chair")
        assert crop(phone) == pytest.approx(box, abs=0.02)
        assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
