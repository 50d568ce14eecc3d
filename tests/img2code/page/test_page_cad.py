"""CAD parts in a real browser: a picture is fitted, its dimensions change it, files come down."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest
import trimesh
from page_browser import (
    PATIENCE_FOR_FITS,
    PHONE,
    choose_category,
    colours_on,
    generate,
    opened,
    status,
    upload,
    wait_until_drawn,
    written,
)
from playwright.sync_api import Browser, Page, expect

from geometry.cad_parts.body import body
from geometry.cad_parts.part import CadPart, Extrude
from geometry.cad_parts.reading import parse
from geometry.cad_parts.rules import normalised
from geometry.draw.part_picture import draw_part
from geometry.sketch.loops import Circle, Rectangle

pytestmark = pytest.mark.slow
MUG = Path(__file__).parents[3] / "example_images" / "mug_teal.jpg"


@pytest.fixture(scope="module")
def plate() -> bytes:
    holes = [Circle(u, v, 0.05) for u in (0.12, 0.88) for v in (0.12, 0.48)]
    profile = (Rectangle(0, 0, 1, 0.6), *holes)
    part = normalised(CadPart((Extrude("join", "XY", 0.0, 0.12, profile),)))
    content = io.BytesIO()
    draw_part(body(part.steps)).save(content, "PNG")
    return content.getvalue()


def fitted(page: Page, picture: bytes) -> None:
    upload(page, picture, "plate.png")
    status(page, "Ready.")
    page.click("#generate")
    expect(page.locator("#part-download-stl")).to_be_enabled(timeout=PATIENCE_FOR_FITS)
    expect(page.locator("#generate")).to_be_enabled()
    expect(page.locator("#part-figure canvas").first).to_be_visible()


EXTENTS = """() => {
    const traces = document.querySelector('#part-figure .js-plotly-plot')._fullData;
    return ['x', 'y', 'z'].map((axis) => {
        const all = traces.flatMap((trace) => [...trace[axis]]);
        return Math.max(...all) - Math.min(...all);
    });
}"""


def dimensions(page: Page) -> None:
    page.locator("#part-codes").get_by_role("tab", name="Dimensions").click()
    expect(page.locator("#part-edit .numbers input").first).to_be_visible()


def field(page: Page, key: str):  # type: ignore[no-untyped-def]
    return page.locator(f'#part-edit input[type=number][data-parameter="{key}"]')


def test_auto_sees_a_cad_part_and_shows_code_dimensions_and_files(
    page: Page, plate: bytes, tmp_path: Path
) -> None:
    upload(page, plate, "plate.png")
    status(page, "Ready.")
    page.click("#generate")
    bar = page.locator("#status progress")
    expect(bar).to_be_visible(timeout=PATIENCE_FOR_FITS)
    expect(page.locator("#status")).to_contain_text("so far")
    expect(page.locator("#part-figure canvas").first).to_be_visible(timeout=PATIENCE_FOR_FITS)
    expect(bar).to_be_visible()  # the first ones are shown while the fit goes on
    expect(page.locator("#part-download-stl")).to_be_enabled(timeout=PATIENCE_FOR_FITS)
    expect(page.locator("#status b")).to_have_text("CAD part")
    expect(page.locator("#status")).to_contain_text("Taken for a CAD part by its looks")
    assert bar.count() == 0
    for gone in ("#views", "#codes", "#no-object", "#no-code", "#downloads", "#real-size"):
        expect(page.locator(gone)).to_be_hidden()
    wait_until_drawn(page, "#part-figure")
    source = written(page, "part-cadquery")
    assert "import cadquery as cq" in source
    assert page.locator("#part-cadquery .cm-line span").count() > 20  # highlighted
    expect(page.locator("#part-cadquery button").first).to_be_visible()  # to copy it
    page.locator("#part-codes").get_by_role("tab", name="JSON").click()
    code = parse(written(page, "part-json"))
    page.locator("#part-views").get_by_role("tab", name="Beside its picture").click()
    expect(page.get_by_alt_text("The part, drawn from the same side")).to_be_visible()
    assert colours_on(page, "#part-beside figure:last-child img") >= 2
    for suffix in ("stl", "glb", "py", "json", "step"):
        with page.expect_download(timeout=PATIENCE_FOR_FITS) as download:
            page.click(f"#part-download-{suffix}")
        assert download.value.suggested_filename == f"part.{suffix}"
        download.value.save_as(tmp_path / f"part.{suffix}")
    assert parse((tmp_path / "part.json").read_text()) == code
    assert (tmp_path / "part.py").read_text().strip() == source.strip()
    mesh = trimesh.load(tmp_path / "part.stl")
    assert mesh.is_watertight
    assert max(mesh.extents) == pytest.approx(100, rel=1e-3)
    assert (tmp_path / "part.step").read_text().startswith("ISO-10303-21;")


def test_a_dimension_rebuilds_the_part_and_can_be_undone(page: Page, plate: bytes) -> None:
    choose_category(page, "CAD part")
    fitted(page, plate)
    expect(page.locator("#status")).not_to_contain_text("by its looks")
    before, source = page.evaluate(EXTENTS), written_source(page)
    dimensions(page)
    name = page.locator("#part-edit label span").nth(1).inner_text()  # after `size`
    value = float(field(page, name).input_value())
    field(page, name).fill(str(round(1.5 * value, 3)))
    expect(page.locator("#status")).to_contain_text("Changed by hand")
    page.wait_for_function(f"before => `${{before}}` !== `${{({EXTENTS})()}}`", arg=before)
    assert re.search(rf"^{name} = ", written_source(page), re.M)
    assert written_source(page) != source
    dimensions(page)
    page.locator("#part-edit").get_by_role("button", name="Undo").click()
    expect(page.locator("#part-edit").get_by_role("button", name="Undo")).to_be_disabled()
    assert written_source(page) == source
    dimensions(page)
    field(page, name).fill("-5")
    alert = page.locator("#status [role=alert]")
    expect(alert).to_contain_text("millimetres above 0")
    expect(field(page, name)).to_have_value(re.compile(rf"^{value:.2f}".rstrip("0").rstrip(".")))
    assert written_source(page) == source


def written_source(page: Page) -> str:
    page.locator("#part-codes").get_by_role("tab", name="CadQuery").click()
    return written(page, "part-cadquery")


def test_an_object_after_a_part_takes_the_page_back(page: Page, plate: bytes) -> None:
    fitted(page, plate)
    generate(page, MUG.read_bytes())
    expect(page.locator("#part")).to_have_count(0)
    expect(page.locator("#part-codes")).to_have_count(0)
    expect(page.locator("#status b")).to_have_text("Mug")
    expect(page.locator("#downloads")).to_be_visible()
    assert json.loads(written(page, "recovered"))["category"] == "Mug"


def test_an_example_of_the_strip_is_taken(page: Page) -> None:
    expect(page.locator("#part-examples button")).to_have_count(7)
    page.get_by_role("button", name="Frame").click()
    status(page, "Ready.")
    expect(page.locator("#picture img")).to_be_visible()
    page.click("#generate")
    expect(page.locator("#status b")).to_have_text("CAD part", timeout=PATIENCE_FOR_FITS)


def test_it_fits_a_phone_and_every_field_has_a_name(
    browser: Browser, address: str, plate: bytes
) -> None:
    with opened(browser, address, PHONE, dark=True) as phone:
        fitted(phone, plate)
        dimensions(phone)
        assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        names = phone.locator("#part-edit input").evaluate_all(
            "inputs => inputs.map((input) => input.getAttribute('aria-label'))"
        )
        assert all(names)
        assert len(set(names)) == len(names)
        for button in phone.locator("#part button, #part-edit button").all():
            assert button.inner_text() or button.get_attribute("aria-label")
