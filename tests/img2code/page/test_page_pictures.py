"""Pictures in a real browser: bad ones after good ones, new ones, removed and pasted ones."""

from __future__ import annotations

import base64
import io
import struct
import zlib

import pytest
from page_browser import generate, opened, remove, status, upload, written
from PIL import Image
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.slow


def chunk(kind: bytes, content: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + check


def bomb() -> bytes:
    """A sound PNG of few bytes and very many pixels."""
    side = 30_000
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes((side // 8 + 1) * 100))
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


BAD = {
    "text": (b"only words, whatever the name says\n", "not an image"),
    "empty": (b"", "empty"),
    "bomb": (bomb(), "pixels"),
    "truncated": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\xff\xff\0\0\xff\xff\x08\x02\0\0\0", "image"),
    "heic": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(200), "HEIC|not an image"),
}


def nothing_stale(page: Page) -> None:
    """No object, no code and no file of an earlier picture."""
    expect(page.locator("#views")).to_be_hidden()
    expect(page.locator("#codes")).to_be_hidden()
    expect(page.locator("#joints .joints")).to_have_count(0)
    for name in ("json", "tokens-json", "glb", "obj", "stl", "urdf-zip", "py", "step"):
        expect(page.locator(f"#download-{name}")).to_be_disabled()


def test_good_bad_and_good_again_for_every_kind(page: Page, chair: bytes) -> None:
    """In one visit, where each bad file follows a good one."""
    import re

    for content, sentence in BAD.values():
        upload(page, chair)
        status(page, "Ready.")
        upload(page, content, "picture.png")
        alert = page.locator("#status [role=alert]")
        expect(alert).to_contain_text(re.compile(sentence))
        assert "Ready." not in page.inner_text("#status")
        assert "Error" not in alert.inner_text()
        assert "Traceback" not in page.inner_text("body")
        nothing_stale(page)
        page.click("#generate")
        expect(alert).to_contain_text("Choose a picture first.")
    generate(page, chair)
    status(page, "tokens in")


def test_a_bad_file_after_a_result_clears_it(page: Page, chair: bytes) -> None:
    generate(page, chair)
    upload(page, b"words", "picture.png")
    expect(page.locator("#status [role=alert]")).to_contain_text("not an image")
    nothing_stale(page)


def test_a_removed_picture_takes_its_result_along(page: Page, chair: bytes) -> None:
    generate(page, chair)
    remove(page)
    nothing_stale(page)


def test_another_example_clears_the_result(page: Page) -> None:
    """The page opens on a finished example; choosing another one takes it away."""
    expect(page.locator("#views")).to_be_visible()
    page.locator("#examples button").nth(5).click()
    status(page, "Ready.")
    nothing_stale(page)


def test_a_pasted_picture_takes_the_place_of_the_one_that_is_there(
    page: Page, chair: bytes
) -> None:
    page.evaluate(
        """encoded => {
            const bytes = Uint8Array.from(atob(encoded), (c) => c.charCodeAt(0));
            const clipboardData = new DataTransfer();
            clipboardData.items.add(new File([bytes], "pasted.png", { type: "image/png" }));
            document.body.dispatchEvent(new ClipboardEvent("paste",
                { clipboardData, bubbles: true, cancelable: true }));
        }""",
        base64.b64encode(chair).decode(),
    )
    status(page, "Ready.")
    source = page.locator("#picture img").get_attribute("src")
    assert source is not None
    pasted = page.request.get(source).body()
    assert Image.open(io.BytesIO(pasted)).size == Image.open(io.BytesIO(chair)).size
    page.click("#generate")
    expect(page.locator("#download-glb")).to_be_enabled()
    assert '"category"' in written(page, "recovered")


def test_leaving_while_files_are_written_leaves_no_trace(
    browser: Browser, address: str, chair: bytes
) -> None:
    """At several moments of a run; the server's log is checked for tracebacks when it ends."""
    for wait in (0, 150, 400, 800, 1500):
        with opened(browser, address) as page:
            upload(page, chair)
            status(page, "Ready.")
            page.click("#generate")
            page.wait_for_timeout(wait)
