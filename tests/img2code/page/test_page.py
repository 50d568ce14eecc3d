"""The real page in a real browser: upload, stream, JSON, 3D, downloads, errors, comparison.

The embedded model is behind the page; IMG2CODE_TEST_BACKEND names another back end.
"""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
import trimesh
from page_browser import generate, remove, status, upload, wait_until_drawn, written
from playwright.sync_api import Browser, Page, expect
from written import bounds_in

import geometry
from geometry.export.real import real_size
from img2code import limits

pytestmark = pytest.mark.slow


def test_a_picture_becomes_code_and_an_object(page: Page, chair: bytes) -> None:
    """The text grows in several steps, and is all there before the files are."""
    upload(page, chair)
    status(page, "Ready.")
    page.evaluate(
        """() => {
            window.steps = [];
            new MutationObserver(() => {
                const length = document.querySelector("#tokens .cm-content")?.textContent.length;
                const files = !document.querySelector("#download-glb").disabled;
                const last = window.steps.at(-1);
                if (length && (length !== last?.length || files !== last?.files))
                    window.steps.push({ length, files });
            }).observe(document.body, { childList: true, subtree: true, attributes: true });
        }"""
    )
    page.click("#generate")
    status(page, "tokens in")
    expect(page.locator("#download-glb")).to_be_enabled()
    steps = page.evaluate("window.steps")
    growing = [step["length"] for step in steps if not step["files"]]
    assert len(growing) >= 3
    assert growing[:3] == sorted(growing[:3])

    code = json.loads(written(page, "recovered"))
    assert code["category"] in geometry.categories()
    page.locator("#codes").get_by_role("tab", name="Tokens").click()
    tokens = json.loads(written(page, "tokens"))
    values = [
        v for p in tokens["conceptualization"] for row in p["parameters"].values() for v in row
    ]
    assert all(isinstance(value, int) and 2048 <= value <= 3071 for value in values)

    expect(page.locator("#figure canvas").first).to_be_visible()
    legend = page.locator("#figure .legendtext")
    expect(legend).to_have_count(len(geometry.build(code).geometry))
    wait_until_drawn(page, "#figure")


def test_every_download_opens(page: Page, chair: bytes, tmp_path: Path) -> None:
    generate(page, chair)
    files = {}
    for name in ("json", "tokens-json", "glb", "obj", "stl", "urdf-zip", "py"):
        with page.expect_download() as download:
            page.click(f"#download-{name}")
        files[name] = tmp_path / download.value.suggested_filename
        download.value.save_as(files[name])
    code = json.loads(files["json"].read_text())
    ours = geometry.mesh(code, segments=64)
    ours.apply_scale(real_size(code, "usual").scale)
    for name in ("glb", "obj", "stl"):
        assert files[name].suffix == f".{name}"
        theirs = trimesh.load_scene(files[name]).to_mesh()
        assert theirs.bounds == bounds_in(f".{name}", ours, 1e-3)
    with zipfile.ZipFile(files["urdf-zip"]) as archive:
        assert any(name.endswith(".urdf") for name in archive.namelist())
    assert "cadquery" in files["py"].read_text()
    tokens = json.loads(files["tokens-json"].read_text())
    assert tokens["category"] == code["category"]


def test_the_downloads_have_the_size_that_is_written(
    page: Page, chair: bytes, tmp_path: Path
) -> None:
    generate(page, chair)
    code = json.loads(written(page, "recovered"))
    usual = real_size(code, "usual")
    expect(page.locator("#measured")).to_contain_text(f"({usual.material})")
    for text, problem in (("height 91 cm", ""), ("high", "own size"), ("none", "")):
        page.locator("#real-size :is(input, textarea)").fill(text)
        page.keyboard.press("Enter")
        measured = page.locator("#measured")
        if problem:
            expect(measured.locator("[role=alert]")).to_contain_text(problem)
        elif text.startswith("height"):
            expect(measured).to_contain_text("910 ×")
            with page.expect_download() as download:
                page.click("#download-stl")
            download.value.save_as(tmp_path / "chair.stl")
            assert trimesh.load(tmp_path / "chair.stl").extents[2] == pytest.approx(910, rel=1e-3)
        else:
            expect(measured).to_be_empty()
    page.locator("#real-size :is(input, textarea)").fill("usual")
    page.keyboard.press("Enter")
    expect(page.locator("#measured")).to_contain_text(f"({usual.material})")


@pytest.mark.parametrize("category", ["Mug", "Chair"])
def test_the_category_that_is_chosen_is_honoured(page: Page, chair: bytes, category: str) -> None:
    page.click("#category input")
    page.get_by_role("option", name=category).click()
    generate(page, chair)
    expect(page.locator("#status b")).to_have_text(category)


def test_a_file_too_large_gets_a_sentence(page: Page, tmp_path: Path) -> None:
    remove(page)
    large = tmp_path / "large.png"
    large.write_bytes(bytes(limits.MAX_IMAGE_BYTES + 1))
    page.set_input_files("#picture input[type=file]", large)
    expect(page.locator("#status [role=alert]")).to_contain_text("at most 20")


def test_generate_without_a_picture_gets_a_sentence(page: Page) -> None:
    remove(page)
    page.click("#generate")
    expect(page.locator("#status [role=alert]")).to_contain_text("Choose a picture first.")
    expect(page.locator("#generate")).to_be_enabled()


def test_a_result_joins_the_gallery_and_can_be_compared(page: Page, chair: bytes) -> None:
    generate(page, chair)
    page.get_by_role("tab", name="Compare").click()
    mine = page.locator("#cards .card", has_text="Yours: Chair")
    expect(mine).to_have_count(1)
    mine.get_by_role("button", name="right").click()
    expect(page.locator("#right-panel h3")).to_have_text("Yours: Chair")
    expect(page.locator("#right-panel img")).to_have_count(2)
    expect(page.locator("#right-figure canvas").first).to_be_visible()
    expect(page.locator("#right-panel table")).to_contain_text("Triangles")


def test_the_gallery_of_another_visitor_is_their_own(
    browser: Browser, page: Page, address: str, chair: bytes
) -> None:
    generate(page, chair)
    other = browser.new_page()
    other.goto(address)
    other.get_by_role("tab", name="Compare").click()
    other.wait_for_timeout(1500)
    assert "Yours" not in other.inner_text("body")
    other.close()
