"""Visitors who wait see their place in the queue, and it moves up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from page_browser import opened, served, status, upload
from playwright.sync_api import Browser, Page, expect

from img2code import limits

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def slow() -> Iterator[str]:
    """The page with a back end that nobody waits for."""
    with served("tests/slow_page.py") as address:
        yield address


def waits_at(page: Page, place: int, waiting: int) -> None:
    line = page.locator("#status .progress-text")
    expect(line).to_be_visible()
    expect(line).to_contain_text(f"queue: {place}/{waiting}")


def test_who_waits_sees_their_place(browser: Browser, slow: str, chair: bytes) -> None:
    assert limits.CONCURRENT_RUNS == 1
    with ExitStack() as stack:
        first, second, third = (stack.enter_context(opened(browser, slow)) for _ in range(3))
        for visitor in (first, second, third):
            upload(visitor, chair)
            status(visitor, "Ready.")
        first.click("#generate")
        status(first, "token")
        second.click("#generate")
        waits_at(second, 1, 1)
        third.click("#generate")
        waits_at(third, 2, 2)
        first.click("#stop")
        status(first, "Stopped after")
        status(second, "token")
        waits_at(third, 1, 1)
        second.click("#stop")
        status(third, "token")
