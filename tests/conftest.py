"""Fixtures of several test files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from img2code.cli.main import main


@pytest.fixture
def working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, and the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def code(working_folder: Path) -> Path:
    """A mug's code in the current folder."""
    assert main(["sample", "Mug", "--seed", "3", "--out", "mug.json"]) == 0
    return working_folder / "mug.json"


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """The page of app.py, served for all tests that open it."""
    from page_browser import served

    with served() as url:
        yield url


@pytest.fixture(scope="module")  # its event loop would be in the way of other modules
def browser() -> Iterator[Any]:
    from page_browser import CHROMIUM, FLAGS
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    """The page just opened on a desk's screen."""
    from page_browser import opened

    with opened(browser, address) as fresh:
        yield fresh


@pytest.fixture(scope="session")
def chair() -> bytes:
    """A picture of a chair."""
    from page_browser import picture_of, sampled

    code = sampled("Chair", 5)
    code["pose"]["global_rotation"] = [20, 0, 0]
    return picture_of(code)
