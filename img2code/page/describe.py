"""The tab Describe: what a picture shows, in regions, scores, words and a picture painted anew."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import gradio as gr
from PIL import Image

from geometry.errors import UserError
from img2code import limits
from img2code.image import open_image, original_size, upright
from img2code.page import described, markup
from img2code.page.components import in_turn, picture_field, script
from img2code.page.events import UNEXPECTED
from img2code.page.picture_input import PictureInput
from img2code.page.sessions import Sessions
from img2code.page.vision_model import VisionModel
from img2code.vision import Description, Painting, Prompt
from img2code.vision.describe import text_to_paint
from img2code.vision.paint.satisfying import missing, unsatisfied_sentence
from img2code.vision.words.wish import read

WELCOME = "Choose a picture, or take the one of Reconstruct, then Describe."
CHOSEN = "Ready: Describe says what it shows; a click on it or a box cuts out what is there."
FIRST = "Choose a picture first."
NO_TEXT = "Write a text to score, such as “a blue mug”."
TEXTS = "a mug\na kettle\na cardboard box"

Updates = dict[Any, Any]
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Describe:
    """The components of the tab."""

    picture: PictureInput
    take: gr.Button
    describe: gr.Button
    status: gr.HTML
    texts: gr.Textbox
    score: gr.Button
    scores: gr.HTML
    stage: gr.HTML
    segments: gr.HTML
    words: gr.HTML
    painted: gr.HTML


def describe_tab() -> Describe:
    """Lay the tab out, inside of it."""
    with gr.Row(elem_classes="bench"):
        with gr.Column(scale=4, min_width=300):
            picture = picture_field("Picture to describe", 220, "described-picture")
            with gr.Row(elem_classes="pressed"):
                describe = gr.Button(
                    "Describe", variant="primary", elem_id="describe", min_width=90
                )
                take = gr.Button("From Reconstruct", elem_id="describe-take", min_width=90)
            status = gr.HTML(markup.status(WELCOME), elem_id="describe-status")
            texts = gr.Textbox(
                TEXTS,
                label="Texts to score",
                info="One a line; how well does each describe the picture?",
                lines=3,
                max_lines=8,
                max_length=limits.MAX_TEXT_CHARACTERS,
                elem_id="score-texts",
            )
            score = gr.Button("Score", size="sm", elem_id="score")
            scores = gr.HTML(elem_id="scores")
        with gr.Column(scale=6, min_width=320):
            stage = gr.HTML(described.EMPTY, js_on_load=script("described.js"), elem_id="stage")
            segments = gr.HTML(js_on_load=script("segments.js"), elem_id="segments")
        with gr.Column(scale=5, min_width=300):
            words = gr.HTML(elem_id="described-words")
            painted = gr.HTML(elem_id="painted-again")
    return Describe(
        picture, take, describe, status, texts, score, scores, stage, segments, words, painted
    )


class DescribeEvents:
    """The handlers of the tab."""

    def __init__(self, vision: VisionModel) -> None:
        self._vision = vision
        self._sessions = Sessions()  # its own: a run of another tab is not stopped by one here

    def bind(
        self, page: gr.Blocks, tab: Describe, reconstructed: PictureInput, quiet: dict[str, Any]
    ) -> None:
        """Connect the components, inside the page's context. reconstructed: Reconstruct's input."""
        self._tab = tab
        made = [tab.stage, tab.segments, tab.scores, tab.words, tab.painted, tab.status]
        latest = {**quiet, "trigger_mode": "always_last"}
        tab.picture.upload(self.choose, tab.picture, [tab.picture, *made], **latest)
        # Gradio sends the picture that was there with this event, so it is not an input.
        tab.picture.clear(self.remove, None, made, **latest)
        tab.take.click(self.take, reconstructed, [tab.picture, *made], **quiet)
        turn = in_turn(quiet, tab.status)
        shown = [*made, tab.describe]
        tab.describe.click(self.describe, [tab.picture, tab.texts], shown, **turn)
        gr.on(
            [tab.score.click, tab.texts.submit],
            self.score,
            [tab.picture, tab.texts],
            [tab.scores, tab.status],
            **turn,
        )
        cut = [tab.segments, tab.status]
        tab.stage.segment(self.segment, tab.picture, cut, **turn, trigger_mode="always_last")
        page.unload(self.leave)

    def choose(self, path: str | None, request: gr.Request) -> Updates:
        """A picture was handed in: it is shown, and what belongs to the one before goes."""
        tab = self._tab
        self._sessions.begin(str(request.session_hash))
        try:
            picture = upright(open_image(path or b""))
        except UserError as error:
            return self._cleared(markup.failure(str(error))) | {tab.picture: None}
        except Exception:
            log.exception("A picture could not be checked.")
            return self._cleared(markup.failure(UNEXPECTED)) | {tab.picture: None}
        return self._cleared(markup.status(CHOSEN)) | {tab.stage: described.stage(picture)}

    def remove(self, request: gr.Request) -> Updates:
        """The picture was taken away: so is what was said of it."""
        self._sessions.begin(str(request.session_hash))
        return self._cleared(markup.status(WELCOME))

    def take(self, path: str | None, request: gr.Request) -> Updates:
        """The picture of the tab Reconstruct; without one all stays as it is."""
        if not path:
            there = "There is no picture in Reconstruct. Choose one here."
            return {self._tab.status: markup.failure(there)}
        return {self._tab.picture: path, **self.choose(path, request)}

    def _cleared(self, line: str) -> Updates:
        tab = self._tab
        empty = dict.fromkeys((tab.segments, tab.scores, tab.words, tab.painted), "")
        return {tab.stage: described.EMPTY, tab.status: line, **empty}

    def describe(
        self, path: str | None, texts: str | None, request: gr.Request
    ) -> Iterator[Updates]:
        """Everything that is known of the picture, each piece as soon as it is there."""
        tab = self._tab
        if not path:
            yield {tab.status: markup.failure(FIRST)}
            return
        session = str(request.session_hash)
        self._sessions.begin(session)
        run = self._sessions.stop_signal(session)
        yield {
            tab.describe: gr.Button(interactive=False),
            tab.status: markup.status("Reading it …"),
        }
        try:
            for updates in self._stages(upright(open_image(path)), _lines(texts)):
                if not self._sessions.is_current(session, run):
                    break  # another picture was chosen meanwhile
                yield updates
        except UserError as error:
            yield {tab.status: markup.failure(str(error))}
        except Exception:
            log.exception("A picture could not be described.")
            yield {tab.status: markup.failure(UNEXPECTED)}
        yield {tab.describe: gr.Button(interactive=True)}

    def _stages(self, picture: Image.Image, texts: list[str]) -> Iterator[Updates]:
        tab = self._tab
        found: Description = self._vision.ask("caption", lambda each: each.describe(picture))
        yield {
            tab.words: described.words(found),
            tab.stage: described.stage(picture, found.regions),
            tab.status: markup.status("Finding what belongs to the object …"),
        }
        (whole,) = self._vision.ask("segment", lambda each: each.segment(picture, [Prompt()]))
        before = next((each for each in whole if each.name == "the foreground"), whole[0])
        yield {
            tab.stage: described.stage(picture, found.regions, before.mask),
            tab.status: markup.status("Scoring the texts …"),
        }
        if texts:
            yield {tab.scores: self._scored(picture, texts)}
        yield {tab.status: markup.status("Painting it from its words …")}
        asked = text_to_paint(found)
        paintings = self._vision.ask("paint", lambda each: each.paint(asked, picture))
        yield {
            tab.painted: described.pair(picture, paintings, _lost(found, paintings)),
            tab.status: markup.status("Done. Hover over a region, or cut out what you like."),
        }

    def score(self, path: str | None, texts: str | None) -> Updates:
        """How well each of the texts describes the picture."""
        tab = self._tab
        lines = _lines(texts)
        if not path or not lines:
            return {tab.status: markup.failure(NO_TEXT if path else FIRST)}
        try:
            scores = self._scored(upright(open_image(path)), lines)
        except UserError as error:
            return {tab.status: markup.failure(str(error))}
        return {tab.scores: scores, tab.status: markup.status("Scored.")}

    def _scored(self, picture: Image.Image, texts: list[str]) -> str:
        return described.bars(self._vision.ask("concepts", lambda each: each.score(picture, texts)))

    def segment(self, path: str | None, request: gr.Request, event: gr.EventData) -> Updates:
        """What is around a point or in a box. Raises gr.Error for what no page asks."""
        tab = self._tab
        wanted = described.prompted(event._data)
        if not path:
            return {tab.status: markup.failure(FIRST)}
        session = str(request.session_hash)
        run = self._sessions.stop_signal(session)
        try:
            opened = open_image(path)
            picture = upright(opened)
            prompt = wanted.within(picture.size)
            (found,) = self._vision.ask("segment", lambda each: each.segment(picture, [prompt]))
        except UserError as error:
            return {tab.status: markup.failure(str(error))}
        if not found:
            return {tab.status: markup.failure("Nothing was found there. Try another place.")}
        if not self._sessions.is_current(session, run):
            return {tab.status: gr.skip()}
        return {
            tab.segments: described.choice(found, original_size(opened), wanted.title),
            tab.status: markup.status("Cut out: choose among three below the picture."),
        }

    def leave(self, request: gr.Request) -> None:
        self._sessions.leave(str(request.session_hash))


def _lost(found: Description, paintings: list[Painting]) -> str:
    """A sentence about what of the caption is not in the paintings."""
    wish = read(found.caption)
    programs = [each.program for each in paintings if each.program]
    return unsatisfied_sentence(tuple(lost for each in programs for lost in missing(wish, each)))


def _lines(texts: Any) -> list[str]:
    """The texts that are written one a line."""
    return [line.strip() for line in str(texts or "").splitlines() if line.strip()]
