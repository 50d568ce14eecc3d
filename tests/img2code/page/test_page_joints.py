"""Sliders in a real browser: both views, the downloads and the labels follow them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import trimesh
from page_browser import (
    DESK,
    PHONE,
    choose_category,
    generate,
    picture_of,
    pixels,
    sampled,
    wait_until_drawn,
    written,
)
from playwright.sync_api import Page, expect
from written import bounds_in

import geometry
from geometry.articulation import articulate
from geometry.export.real import real_size
from geometry.posing import posed
from geometry.program import Program

pytestmark = pytest.mark.slow
#: Long and thin, flat, tall, round, wide, with arms that stand out.
SHAPES = ("Pen", "Ruler", "Door", "Globe", "Eyeglasses", "Chair", "Table", "StorageFurniture")
READ_HEIGHTS = """() => {
    const plot = document.querySelector("#figure .js-plotly-plot");
    return plot._fullData.map((trace) => [trace.meta.link, Math.max(...trace.z)]);
}"""
MOVED = f"before => JSON.stringify(({READ_HEIGHTS})()) !== JSON.stringify(before)"


def file_of(page: Page, button: str, folder: Path) -> Path:
    with page.expect_download() as download:
        page.click(button)
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def test_a_slider_moves_the_lid_as_the_joint_says(page: Page) -> None:
    """A bottle's lid lifted by half its way: the trace in the browser is where Python puts it."""
    choose_category(page, "Bottle")
    generate(page, picture_of(sampled("Bottle", 1)))
    links = articulate(json.loads(written(page, "recovered")))
    slider = page.locator(".joints input")
    expect(slider).to_have_count(len(links) - 1)
    expect(page.locator("#figure canvas").first).to_be_visible()
    before = page.evaluate(READ_HEIGHTS)
    joint = links[1].joint
    assert joint is not None
    value = 0.5 * joint.limits[1]
    slider.evaluate(
        """(element, value) => {
            element.value = value;
            element.dispatchEvent(new Event("input", { bubbles: true }));
        }""",
        value,
    )
    page.wait_for_function(MOVED, arg=before)
    for (link, height), (_, earlier) in zip(page.evaluate(READ_HEIGHTS), before, strict=True):
        assert height - earlier == pytest.approx(value if link else 0, abs=2e-3)
    moved = page.evaluate(READ_HEIGHTS)
    page.locator(".joints button[data-to=start]").click()
    page.wait_for_function(MOVED, arg=moved)
    after = [height for _, height in page.evaluate(READ_HEIGHTS)]
    assert after == pytest.approx([height for _, height in before], abs=1e-5)


def test_closed_is_zero_in_both_views_and_in_the_files(page: Page, tmp_path: Path) -> None:
    """On the open chest that the page opens on."""
    code = json.loads(file_of(page, "#download-json", tmp_path).read_text())
    joint = articulate(code)[1].joint
    assert joint is not None
    shown = page.locator(".joints output")
    expect(shown).to_have_text(f"{round(joint.opening())}°")
    page.get_by_role("tab", name="Mesh").click()
    wait_until_drawn(page, "#model canvas")
    opened = pixels(page, "#model canvas")
    page.locator(".joints button[data-to=closed]").click()
    expect(shown).to_have_text("0°")
    wanted = posed(code, {joint.name: joint.closed})
    assert isinstance(wanted, Program)
    shut = geometry.mesh(wanted).apply_scale(real_size(code, "usual").scale)
    for _ in range(20):  # until the server has written the files anew
        closed = json.loads(file_of(page, "#download-json", tmp_path).read_text())
        if closed != code:
            break
        page.wait_for_timeout(500)
    assert articulate(closed)[1].joint.opening() == pytest.approx(0, abs=1e-3)
    for name in ("glb", "obj", "stl"):
        file = file_of(page, f"#download-{name}", tmp_path)
        written = trimesh.load_scene(file).to_mesh()
        assert written.bounds == bounds_in(f".{name}", shut, 1e-3), name
    page.wait_for_timeout(2000)
    wait_until_drawn(page, "#model canvas")
    assert np.abs(pixels(page, "#model canvas") - opened).mean() > 1


@pytest.mark.parametrize("category", SHAPES)
def test_the_mesh_view_clips_nothing(page: Page, category: str) -> None:
    """The border of the canvas shows the background alone, on a desk and on a phone."""
    choose_category(page, category)
    generate(page, picture_of(sampled(category, 5)))
    page.get_by_role("tab", name="Mesh").click()
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        page.wait_for_timeout(1000)
        wait_until_drawn(page, "#model canvas")
        shown = pixels(page, "#model canvas")
        edges = np.concatenate([shown[-3], shown[:, 2], shown[:, -3]])  # buttons lie at the top
        assert np.abs(edges - edges[0]).max() < 24, size
