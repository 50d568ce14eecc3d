"""Search by words: among the examples and a visitor's own results, by what their pictures show.

search.json has what is seen in the examples that come along, written by tools/search_index.py;
other pictures are looked at when they are first searched.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from img2code import limits
from img2code.image import open_image
from img2code.page.gallery import Entry, Examples
from img2code.page.vision_model import VisionModel
from img2code.vision.concepts.finding import Glance, glance, likeness

SCRIPT = Path(__file__).with_name("search.js")
PATH = Path(__file__).with_name("search.json")
#: A picture is found that fits a text at least so well, compared with the one that does best.
FOUND = 0.12
KEPT = 500  # glances at pictures that did not come along
LABEL = "Search by words"
HINT = "something to pour tea from"
NONE = "None of the pictures is like these words; all are shown."

Updates = dict[Any, Any]


@dataclass(frozen=True)
class Search:
    """A field and the line below it, which search.js reads."""

    text: gr.Textbox
    found: gr.HTML


def search_field(name: str) -> Search:
    """Lay them out. name: of the element whose children with a `data-index` are searched."""
    text = gr.Textbox(
        label=LABEL,
        placeholder=HINT,
        lines=1,
        max_lines=1,
        max_length=limits.MAX_TEXT_CHARACTERS,
        elem_id=f"{name}-search",
        elem_classes="search",
    )
    found = gr.HTML(
        _line(name), js_on_load=SCRIPT.read_text(encoding="utf-8"), elem_id=f"{name}-found"
    )
    return Search(text, found)


class SearchEvents:
    """The handlers of the fields."""

    def __init__(self, vision: VisionModel, examples: Examples) -> None:
        self._vision, self._examples = vision, examples
        self._known = {key: Glance(**told) for key, told in _stored().items()}
        self._seen: OrderedDict[str, Glance] = OrderedDict()
        self._keys: dict[Path, str] = {}  # of the examples' contents, each read once
        self._lock = threading.Lock()

    def bind(self, strip: Search, cards: Search, shown: gr.State, quiet: dict[str, Any]) -> None:
        """Connect them. strip: over the examples. cards: over the gallery, which holds `shown`."""
        latest = {**quiet, "trigger_mode": "always_last"}
        strip.found.words(self.examples, None, strip.found, **latest)
        cards.found.words(self.entries, shown, cards.found, **latest)
        for field in (strip, cards):
            field.found.begin(self.begin, None, None, **quiet)

    def begin(self) -> None:
        """Load what texts are compared with, before there is one."""
        with self._lock:
            likeness(list(self._known.values()), HINT)

    def examples(self, event: gr.EventData) -> str:
        """Which of the examples are found, best first."""
        return self._answer("examples", _asked(event._data), self._examples.paths)

    def entries(self, shown: list[Entry], event: gr.EventData) -> str:
        """The same for the entries of the gallery."""
        by_name = {path.name: path for path in self._examples.paths}
        pictures = [by_name.get(each.key, each.picture) for each in shown]
        return self._answer("cards", _asked(event._data), pictures)

    def _answer(self, name: str, words: str, pictures: Sequence[Path | str]) -> str:
        """pictures: of the examples their files, of results data URLs."""
        if not words or not pictures:
            return _line(name)
        scores = likeness([self._glance(each) for each in pictures], words)
        order = sorted(range(len(scores)), key=lambda number: -scores[number])
        found = [number for number in order if scores[number] >= FOUND]
        if not found:
            return _line(name, told=NONE)
        return _line(name, found, f"{len(found)} of {len(pictures)} pictures, the best one first.")

    def _glance(self, source: Path | str) -> Glance:
        """What a picture shows, looked at once."""
        key = self._key(source)
        known = self._known.get(key) or self._seen.get(key)
        if known is None:
            opened = open_image(source if isinstance(source, Path) else _content(source))
            known = self._vision.look(lambda reader: glance(reader, opened))
            with self._lock:
                self._seen[key] = known
                while len(self._seen) > KEPT:
                    self._seen.popitem(last=False)
        return known

    def _key(self, source: Path | str) -> str:
        if isinstance(source, str):
            return hashlib.sha256(_content(source)).hexdigest()
        if source not in self._keys:
            self._keys[source] = hashlib.sha256(source.read_bytes()).hexdigest()
        return self._keys[source]


def _asked(data: Any) -> str:
    """The words that search.js sends; none of what no page sends."""
    match data:
        case {"text": str(text)}:
            return text.strip()[: limits.MAX_TEXT_CHARACTERS]
    return ""


def _content(data_url: str) -> bytes:
    return base64.b64decode(data_url.partition(",")[2])


def _line(name: str, found: Sequence[int] | None = None, told: str = "") -> str:
    order = "" if found is None else ",".join(map(str, found))
    return (
        f'<p class="status searched" role="status" data-list="{name}" data-found="{order}">'
        f"{html.escape(told)}</p>"
    )


def _stored() -> dict[str, Any]:
    stored: dict[str, Any] = json.loads(PATH.read_text(encoding="utf-8"))
    return stored


def save(glances: dict[bytes, Glance], path: Path = PATH) -> None:
    """Write what is read at the start. glances: by the bytes of the pictures."""
    told = {}
    for picture, each in glances.items():
        rounded = {
            name: {key: round(value, 4) for key, value in values.items()}
            for name, values in asdict(each).items()
        }
        told[hashlib.sha256(picture).hexdigest()] = rounded
    path.write_text(json.dumps(told, indent=0) + "\n", encoding="utf-8")
