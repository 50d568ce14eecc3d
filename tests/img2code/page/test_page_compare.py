"""The same picture in two ways, what differs, objects turned together, reports: in a browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from page_browser import PHONE, generate, open_tab, opened
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.slow
MUG = Path(__file__).parents[3] / "example_images" / "mug_teal.jpg"
EYES = """() => ['left', 'right'].map(side => JSON.stringify(document
    .querySelector(`#${side}-figure .js-plotly-plot`)._fullLayout.scene._scene.getCamera().eye))"""

#: Both were turned, look the same way and have rested so for ten frames.
TOGETHER = f"""before => new Promise(done => {{
    let frames = 0, last = '';
    const look = () => {{
        const [left, right] = ({EYES})();
        const a = JSON.parse(left), b = JSON.parse(right);
        const same = ['x', 'y', 'z'].every(axis => Math.abs(a[axis] - b[axis]) < 1e-9);
        const turned = left !== before[0] && right !== before[1];
        frames = same && turned && left === last ? frames + 1 : 0;
        last = left;
        if (frames === 10) done(true); else requestAnimationFrame(look);
    }};
    look();
}})"""


def rebuilt(page: Page) -> None:
    generate(page, MUG.read_bytes())
    page.get_by_role("tab", name="Compare").click()
    page.get_by_role("button", name="Rebuild in both ways").click()
    expect(page.locator("#ways-status")).to_contain_text("Overlap with the picture: not fitted")
    expect(page.locator("#left-panel h3")).to_contain_text("not fitted")
    expect(page.locator("#right-panel h3")).to_contain_text(", fitted")


def test_a_picture_is_rebuilt_in_two_ways_and_they_are_compared(page: Page) -> None:
    rebuilt(page)
    told = page.locator("#ways-status").inner_text()
    plain, fitted = map(int, re.findall(r"(\d+)%", told))
    assert fitted > plain
    differences = page.locator("#differences table")
    expect(differences).to_contain_text("Overlap with the picture")
    expect(differences).to_contain_text("Code after")
    expect(differences.locator("tr", has_text="outer size")).to_have_count(1)


def test_two_objects_are_turned_together(page: Page) -> None:
    rebuilt(page)
    for side in ("left", "right"):
        expect(page.locator(f"#{side}-figure canvas").first).to_be_visible()
    page.locator("#left-figure").scroll_into_view_if_needed()
    page.wait_for_timeout(1500)
    before = page.evaluate(EYES)
    box = page.locator("#left-figure").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 90, y + 30, steps=6)
    page.mouse.up()
    page.wait_for_function(TOGETHER, arg=before)


@pytest.mark.parametrize(
    ("button", "objects"), [("#report-both", 2), ("#report-all", None), ("#download-report", 1)]
)
def test_reports_open_by_themselves(
    browser: Browser, page: Page, tmp_path: Path, button: str, objects: int | None
) -> None:
    if button != "#download-report":
        page.get_by_role("tab", name="Compare").click()
        expect(page.locator("#cards .card").nth(3)).to_be_visible()
        expect(page.locator("#differences table")).to_be_visible()
    with page.expect_download() as download:
        page.click(button)
    path = tmp_path / "report.html"
    download.value.save_as(path)
    report = browser.new_page()
    errors: list[str] = []
    asked: list[str] = []
    report.on("pageerror", lambda error: errors.append(str(error)))
    report.on("request", lambda request: asked.append(request.url))
    report.goto(path.as_uri())
    expect(report.locator(".figure canvas").first).to_be_visible()
    count = report.locator("main > section").count()
    assert count == objects if objects else count > 3
    expect(report.locator("main img").first).to_be_visible()
    assert not errors
    assert not [url for url in asked if not url.startswith(("file:", "data:", "blob:"))]
    report.close()


def test_comparing_without_a_picture_gets_a_sentence(page: Page) -> None:
    page.locator("#picture button[aria-label='Remove Image']").click()
    expect(page.locator("#picture img")).to_have_count(0)
    page.get_by_role("tab", name="Compare").click()
    page.get_by_role("button", name="Rebuild in both ways").click()
    expect(page.locator("#ways-status [role=alert]")).to_contain_text("Choose a picture")


def test_it_fits_a_phone(browser: Browser, address: str) -> None:
    with opened(browser, address, PHONE) as phone:
        open_tab(phone, "Compare")
        summary = phone.locator("#differences summary")
        expect(summary).to_be_visible()
        expect(phone.locator("#differences table")).to_be_hidden()
        assert phone.evaluate("document.documentElement.scrollHeight") < 2 * PHONE["height"] + 500
        summary.click()
        expect(phone.locator("#differences table")).to_be_visible()
        assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
