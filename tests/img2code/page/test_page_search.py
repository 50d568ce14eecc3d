"""Search by words: in the strip and the gallery of the page, and what its index holds."""

from __future__ import annotations

import hashlib
import json
from types import SimpleNamespace
from typing import Any

import pytest
from page_browser import PHONE, open_tab, opened
from playwright.sync_api import Browser, expect

from img2code.backends.fake import Fake
from img2code.page import search
from img2code.page.gallery import Examples
from img2code.page.search import SearchEvents
from img2code.page.shipped import EXAMPLES
from img2code.page.vision_model import VisionModel
from img2code.reconstruct import Reconstructor
from img2code.vision.words import meaning

LONG = 240_000  # milliseconds, for the first search: what texts are compared with is loaded


@pytest.fixture(scope="module")
def events() -> SearchEvents:
    reconstructor = Reconstructor(Fake())
    return SearchEvents(VisionModel(reconstructor), Examples(EXAMPLES, reconstructor))


def found(events: SearchEvents, data: Any) -> list[str]:
    line = events.examples(SimpleNamespace(_data=data))
    numbers = line.partition('data-found="')[2].partition('"')[0]
    paths = Examples(EXAMPLES, Reconstructor(Fake())).paths
    return [paths[int(number)].stem for number in numbers.split(",") if number]


def test_the_index_is_of_the_examples_that_come_along() -> None:
    paths = Examples(EXAMPLES, Reconstructor(Fake())).paths
    stored = json.loads(search.PATH.read_text())
    assert set(stored) == {hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def test_words_find_pictures_by_what_they_show(events: SearchEvents) -> None:
    assert found(events, {"text": "a red bucket"})[0] == "bucket_red"
    assert {"laptop", "laptop_photo"} == set(found(events, {"text": "laptop"})[:2])


@pytest.mark.slow
def test_a_description_finds_what_it_describes(events: SearchEvents) -> None:
    assert found(events, {"text": "something to pour tea from"})[0] == "teapot"
    assert "fridge" in found(events, {"text": "keeps food cold"})


def test_without_embeddings_words_and_synonyms_find(
    events: SearchEvents, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(meaning, "has_embeddings", lambda: False)
    assert {"chair_photo", "armchair"} <= set(found(events, {"text": "a seat"}))
    line = events.examples(SimpleNamespace(_data={"text": "qwertz"}))
    assert search.NONE in line


@pytest.mark.parametrize("data", [None, "mug", {"text": 7}, {"text": "  "}, [{"text": "mug"}]])
def test_what_no_page_sends_finds_nothing(events: SearchEvents, data: Any) -> None:
    assert found(events, data) == []


@pytest.mark.slow
def test_the_strip_and_the_gallery_follow_the_words(browser: Browser, address: str) -> None:
    with opened(browser, address, PHONE) as page:
        every = page.locator("#examples .strip button").count()
        field = page.get_by_label("Search by words").first
        field.fill("a red bucket")
        expect(page.locator("#examples-found")).to_contain_text(f"of {every}", timeout=LONG)
        shown = page.locator("#examples .strip button:visible")
        assert shown.count() < every
        expect(shown.first).to_have_attribute("title", "Bucket red")
        field.fill("")
        expect(shown).to_have_count(every)
        expect(shown.first).to_have_attribute("title", "Armchair")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        open_tab(page, "Compare")
        expect(page.locator("#cards .card")).to_have_count(every, timeout=LONG)
        page.locator("#cards-search input").fill("a laptop")
        expect(page.locator("#cards .card:visible").first).to_contain_text("Laptop", timeout=LONG)
