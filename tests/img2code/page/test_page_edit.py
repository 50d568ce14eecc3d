"""Editing by hand in a real browser: parts, numbers, text, steps back, a fit, downloads."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from page_browser import PHONE, generate, opened, written
from playwright.sync_api import Browser, Page, expect

import geometry

pytestmark = pytest.mark.slow
MUG = Path(__file__).parents[3] / "example_images" / "mug_teal.jpg"


def open_edit(page: Page) -> None:
    page.locator("#codes").get_by_role("tab", name="Edit").click()
    expect(page.locator("#edit .numbers input").first).to_be_visible()


LIVE = "document.querySelector('#live[data-stamp], #live [data-stamp]')"
STAMP = f"() => Number({LIVE}?.dataset.stamp ?? 0)"
RESTS = f"""before => {{
    const live = {LIVE};
    return Number(live?.dataset.stamp ?? 0) > before && live.dataset.settled === 'true';
}}"""


@contextlib.contextmanager
def settling(page: Page) -> Iterator[None]:
    """Something is changed inside; afterwards the files are of what is shown."""
    before = page.evaluate(STAMP)
    yield
    page.wait_for_function(RESTS, arg=before)
    expect(page.locator("#download-glb")).to_be_enabled()


def figure(page: Page) -> dict[str, Any]:
    """The figure's parts by name, with the number of their points and their extent upwards."""
    expect(page.locator("#figure canvas").first).to_be_visible()
    shown: dict[str, Any] = page.evaluate(
        """() => Object.fromEntries(document.querySelector('#figure .js-plotly-plot')._fullData
            .map(t => [t.name, { points: t.z.length, top: Math.max(...t.z) }]))"""
    )
    return shown


def camera(page: Page) -> dict[str, float]:
    expect(page.locator("#figure canvas").first).to_be_visible()
    seen: dict[str, float] = page.evaluate(
        """() => document.querySelector('#figure .js-plotly-plot')
            ._fullLayout.scene._scene.getCamera().eye"""
    )
    return seen


def test_a_number_changes_the_object_where_it_is_seen(page: Page, tmp_path: Path) -> None:
    generate(page, MUG.read_bytes())
    open_edit(page)
    before, code = figure(page), json.loads(written(page, "recovered"))
    seen = camera(page)
    field = page.locator('#edit input[type=number][data-parameter="outer_size"][data-index="2"]')
    taller = float(field.input_value()) * 1.2
    with settling(page):
        field.fill(str(taller))
        expect(page.locator("#live .status b")).to_have_text(re.compile(r"\d\d%"))
    after = figure(page)
    assert after["Cylindrical Body"]["top"] > 1.05 * before["Cylindrical Body"]["top"]
    assert camera(page) == pytest.approx(seen)
    slider = page.locator('#edit input[type=range][data-parameter="outer_size"][data-index="2"]')
    assert float(slider.input_value()) == pytest.approx(taller, rel=1e-3)
    edited = json.loads(written(page, "recovered"))
    assert edited["conceptualization"][0]["parameters"]["outer_size"][2] == pytest.approx(
        taller, abs=1e-3
    )
    assert edited["pose"] == code["pose"]
    with page.expect_download() as download:
        page.click("#download-json")
    download.value.save_as(tmp_path / "code.json")
    saved = json.loads((tmp_path / "code.json").read_text())
    assert geometry.mesh(saved).extents == pytest.approx(geometry.mesh(edited).extents, rel=1e-3)
    for name, other in (("Undo", code), ("Redo", edited), ("Reset", code)):
        with settling(page):
            page.locator("#edit").get_by_role("button", name=name).click()
        assert json.loads(written(page, "recovered")) == other


def test_a_slider_can_be_dragged_and_is_one_step(page: Page) -> None:
    open_edit(page)  # of the opening example
    code = written(page, "recovered")
    slider = page.locator("#edit input[type=range]").first
    box = slider.bounding_box()
    assert box
    middle = box["y"] + box["height"] / 2
    with settling(page):
        page.mouse.move(box["x"] + box["width"] * 0.5, middle)
        page.mouse.down()
        for step in range(12):
            page.mouse.move(box["x"] + box["width"] * (0.5 + step / 40), middle)
            page.wait_for_timeout(40)
        page.mouse.up()
    assert written(page, "recovered") != code
    with settling(page):
        page.locator("#edit").get_by_role("button", name="Undo").click()
    assert written(page, "recovered") == code
    expect(page.locator("#edit").get_by_role("button", name="Undo")).to_be_disabled()


def test_parts_are_swapped_added_and_removed(page: Page) -> None:
    generate(page, MUG.read_bytes())
    open_edit(page)
    parts = page.locator("#edit [data-part]")
    names = parts.all_inner_texts()
    parts.nth(1).click()
    expect(parts.nth(1)).to_have_attribute("aria-pressed", "true")
    swap = page.get_by_label("Swap for")
    other = swap.locator("option").nth(1).get_attribute("value")
    assert other
    with settling(page):
        swap.select_option(other)
        expect(parts.nth(1)).to_have_text(other.replace("_", " "))
    assert set(figure(page)) == {names[0], other.replace("_", " ")}
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(parts).to_have_count(1)
    expect(page.get_by_role("button", name="Remove", exact=True)).to_be_disabled()
    with settling(page):
        page.get_by_label("Add a part").select_option("Curved_Handle")
        expect(parts).to_have_count(2)
    code = json.loads(written(page, "recovered"))
    assert [part["template"] for part in code["conceptualization"]][1] == "Curved_Handle"
    page.locator("#codes").get_by_role("tab", name="Tokens").click()
    tokens = json.loads(written(page, "tokens"))
    assert [part["template"] for part in tokens["conceptualization"]][1] == "Curved_Handle"


def test_a_click_on_a_part_of_the_object_chooses_it(page: Page) -> None:
    open_edit(page)
    parts = page.locator("#edit [data-part]")
    expect(parts.first).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#figure canvas").first).to_be_visible()
    page.wait_for_timeout(1000)
    box = page.locator("#figure").bounding_box()
    assert box
    for height in (0.35, 0.4, 0.45, 0.3):  # where the cover is
        page.mouse.move(box["x"] + box["width"] * 0.42, box["y"] + box["height"] * height)
        page.wait_for_timeout(400)
        # Plotly looks at the buttons when it draws: a press that is over by then was none.
        x, y = box["x"] + box["width"] * 0.42, box["y"] + box["height"] * height
        page.mouse.click(x, y, delay=300)
        page.wait_for_timeout(800)
        if parts.nth(1).get_attribute("aria-pressed") == "true":
            break
    expect(parts.nth(1)).to_have_attribute("aria-pressed", "true")


def type_in(page: Page, name: str, text: str) -> None:
    """Put a text in the place of the line that begins with a name, as by hand."""
    page.locator("#recovered .cm-line", has_text=f'"{name}"').click()
    page.keyboard.press("Home")
    page.keyboard.press("Shift+End")
    page.keyboard.type(text)


def test_the_code_is_checked_as_it_is_typed(page: Page) -> None:
    lines = written(page, "recovered").split("\n")
    number = next(n for n, line in enumerate(lines, 1) if '"height"' in line)
    problem = page.locator("#code-problem [role=alert]")
    type_in(page, "height", '"height": [0.9x],')
    expect(problem).to_contain_text(f"Line {number}, column")
    type_in(page, "height", '"height": [1, 2],')
    expect(problem).to_contain_text(f"Line {number}, column 19: expected 1 number.")
    page.locator("#recovered .cm-line").first.click()
    problem.get_by_role("button").click()
    expect(page.locator("#recovered .cm-content")).to_be_focused()
    assert page.evaluate(
        "getSelection().anchorNode.parentElement.closest('.cm-line').innerText"
    ) == ('        "height": [1, 2],')
    before = figure(page)["Cuboidal Body"]["top"]
    with settling(page):
        type_in(page, "height", '"height": [0.9],')
    expect(problem).to_have_count(0)
    assert figure(page)["Cuboidal Body"]["top"] > before
    code = json.loads(written(page, "recovered"))
    assert code["conceptualization"][0]["parameters"]["height"] == [0.9]


def test_the_fit_goes_on_from_what_was_edited(page: Page) -> None:
    generate(page, MUG.read_bytes())
    open_edit(page)
    field = page.locator('#edit input[type=number][data-parameter="outer_size"][data-index="2"]')
    with settling(page):
        field.fill(str(float(field.input_value()) * 1.3))
    fraction = page.locator("#live .status b")
    edited = int(fraction.inner_text().rstrip("%"))
    with settling(page):
        page.get_by_role("button", name="Fit from here").click()
        expect(page.locator("#status")).to_contain_text("Fitting it")
        expect(page.locator("#status b")).to_have_text("Mug")
    assert int(fraction.inner_text().rstrip("%")) > edited
    page.get_by_role("tab", name="On picture").click()
    expect(page.locator("#on-picture p b")).to_have_text(fraction.inner_text())


def test_an_edit_that_cannot_be_built_is_said(page: Page) -> None:
    open_edit(page)
    field = page.locator("#edit input[type=number]").first
    was = field.input_value()
    field.fill("1e9")
    expect(page.locator("#live [role=alert]")).to_contain_text("expected a finite number")
    expect(field).to_have_value(was)


def test_it_can_be_edited_on_a_phone(browser: Browser, address: str) -> None:
    with opened(browser, address, PHONE) as phone:
        open_edit(phone)
        assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        with settling(phone):
            phone.locator("#edit input[type=number]").first.fill("0.9")
