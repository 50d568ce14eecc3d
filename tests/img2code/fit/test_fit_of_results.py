"""Fits in the order of things: events, results, other back ends, the service and its clients."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import numpy as np
import pytest
from PIL import Image
from service_backends import served

from geometry.program import Program, parse
from img2code import editing, reconstruct
from img2code.backends import embedded as module
from img2code.backends import load
from img2code.backends.embedded import Embedded
from img2code.backends.fake import Fake
from img2code.client.client import Client
from img2code.fit.fitting import Fitted
from img2code.fit.mask import over_picture
from img2code.fit.overlay import layers_at
from img2code.fit.placing import placed
from img2code.image import open_image
from img2code.model import guesses
from img2code.model.decode import program_of
from img2code.reconstruct import Reconstructor
from img2code.result import Done, Fitting, Improved, Text
from img2code.service.app import create_app

PICTURE = Path(__file__).parents[3] / "example_images" / "mug_teal.jpg"


@pytest.fixture(scope="module")
def reconstructor() -> Reconstructor:
    return Reconstructor(load("embedded"))


@pytest.fixture(scope="module")
def address(reconstructor: Reconstructor) -> Iterator[str]:
    with served(create_app(lambda: reconstructor)) as address:
        yield address


class Scripted:
    """Writes the code of a mug, whatever it is shown; not blind, for it might have looked."""

    name = "scripted"

    def __init__(self, text: str) -> None:
        self._text = text

    def generate(self, picture: Image.Image, category: str | None) -> Iterator[str]:
        yield self._text


def test_the_code_comes_first_then_every_better_one(reconstructor: Reconstructor) -> None:
    *events, done = reconstructor.stream(PICTURE, fit=True)
    kinds = [type(event) for event in events]
    written = kinds.index(Improved)
    assert set(kinds[:written]) == {Text}
    assert set(kinds[written:]) == {Improved}
    assert isinstance(done, Done)
    result = done.result
    assert isinstance(result.fitted, Fitted)
    assert result.fitted.overlap > max(result.fitted.before, 0.9)
    assert result.program == result.fitted.program
    assert result.guess != result.program
    assert result.token_code == reconstructor.run(PICTURE).token_code


def test_nothing_is_fitted_unless_it_is_asked_for(reconstructor: Reconstructor) -> None:
    result = reconstructor.run(PICTURE)
    assert (result.fitted, result.guess) == (None, None)
    assert Reconstructor(Fake()).run(PICTURE, fit=True).fitted is None  # it made the code up


def test_codes_of_other_back_ends_are_fitted_too(reconstructor: Reconstructor) -> None:
    text = reconstructor.run(PICTURE).raw_text
    result = Reconstructor(Scripted(text)).run(PICTURE, fit=True)
    assert result.fitted is not None
    assert result.fitted.overlap > 0.9


def test_alternatives_have_other_templates(
    reconstructor: Reconstructor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lists of templates that are nearly as likely; none where all others are unlikely."""
    embedded = reconstructor.backend
    assert isinstance(embedded, Embedded)
    result = reconstructor.run(PICTURE, fit=True)
    assert result.fitted is not None
    assert result.fitted.mask is not None
    picture = open_image(PICTURE)
    (seen,) = embedded.see([picture])
    asked = (picture, seen, result.program, result.fitted.mask)
    monkeypatch.setattr(module, "LEAST_LIKELY", -np.inf)
    programs = [result.program, *embedded.alternatives(*asked)]
    lists = [tuple(part.template.name for part in program.parts) for program in programs]
    assert len(lists) > 1
    assert len(set(lists)) == len(lists)
    assert {program.category.name for program in programs} == {"Mug"}
    monkeypatch.setattr(module, "LEAST_LIKELY", -1e-9)
    assert not list(embedded.alternatives(*asked))


@pytest.mark.parametrize("better", [True, False])
def test_a_code_of_other_templates_is_taken_where_it_agrees_better(
    reconstructor: Reconstructor, monkeypatch: pytest.MonkeyPatch, better: bool
) -> None:
    """A mug that was read without its handle; the network's next reading has it, or has it not."""
    right = reconstructor.run(PICTURE)
    code = json.loads(right.raw_text)
    handles = [part for part in code["conceptualization"] if "Handle" in part["template"]]
    assert handles
    code["conceptualization"] = [p for p in code["conceptualization"] if p not in handles]
    wrong = json.dumps(code)

    def write(*arguments: object) -> Iterator[tuple[int, str | None]]:
        yield from ((0, wrong), (0, None))

    def other(*arguments: object) -> Iterator[Program]:
        yield right.program if better else program_of(wrong)

    monkeypatch.setattr(reconstruct, "MET", 0.95)
    monkeypatch.setattr(Embedded, "generate_seen", write)
    monkeypatch.setattr(Embedded, "alternatives", other)
    monkeypatch.setattr(Embedded, "look_again", lambda *arguments: None)
    *events, done = reconstructor.stream(PICTURE, fit=True)
    assert isinstance(done, Done)
    result = done.result
    assert result.fitted is not None
    assert result.guess is not None
    assert result.fitted.other_parts == better
    assert bool([p for p in result.program.parts if "Handle" in p.template.name]) == better
    assert not [part for part in result.guess.parts if "Handle" in part.template.name]
    assert result.fitted.before < 0.9
    overlaps = [event.fitted.overlap for event in events if isinstance(event, Improved)]
    assert (overlaps[-1] > 0.9) == better


def test_rows_are_fitted_by_themselves(reconstructor: Reconstructor) -> None:
    events = reconstructor.stream_many([PICTURE, PICTURE], [None, None], fits=[False, True])
    results = {row: event.result for row, event in events if isinstance(event, Done)}
    assert results[0].fitted is None
    assert results[1].fitted is not None
    assert results[0].program == results[1].guess


def test_a_fit_that_fails_costs_no_result(
    reconstructor: Reconstructor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*arguments: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(Embedded, "evidence", broken)
    with caplog.at_level(logging.ERROR):
        result = reconstructor.run(PICTURE, fit=True)
    assert result.fitted is None
    assert "A fit failed" in caplog.text


def test_free_numbers_and_other_readings_belong_to_the_code(reconstructor: Reconstructor) -> None:
    embedded = reconstructor.backend
    assert isinstance(embedded, Embedded)
    program = reconstructor.run(PICTURE).program
    picture = open_image(PICTURE)
    (seen,) = embedded.see([picture])
    evidence = embedded.evidence(picture, seen, program)
    again = embedded.evidence(picture, seen, program)
    assert (evidence.numbers == again.numbers).all()
    assert evidence.numbers.shape[1] == len(evidence.free)
    assert evidence.angles.shape == (len(evidence.numbers), 3)
    steps = guesses.steps_of(embedded.vocabulary, program)
    rows = list(guesses.spots(embedded.vocabulary, program, steps))
    continuous = [spot for spot in rows if not embedded.vocabulary.discrete[spot.row]]
    assert [(f.part, f.parameter, f.index) for f in evidence.free] == [
        (spot.part, spot.parameter, spot.index) for spot in continuous
    ]
    for free in evidence.free:
        number = program.parts[free.part].parameters[free.parameter][free.index]
        assert free.least <= number <= free.most
        assert free.deviation > 0


def test_the_service_fits_where_it_is_asked_to(address: str) -> None:
    with Client(address) as client:
        plain, fitted = client.predict(PICTURE), client.predict(PICTURE, fit=True)
        *_, done = client.stream(PICTURE, fit=True)
    assert plain.fitted is None
    assert fitted.fitted is not None
    assert fitted.fitted.overlap > 0.9
    assert fitted.fitted.camera.distance > 0
    assert isinstance(done, Done)
    assert done.result.fitted is not None
    assert done.result.program == fitted.program


def test_a_fit_goes_on_from_a_result(reconstructor: Reconstructor) -> None:
    result = reconstructor.run(PICTURE, fit=True)
    assert result.fitted is not None
    assert result.fitted.mask is not None
    taller = editing.changed(result.program, 0, "outer_size", 2, 1.2 * height(result.program))
    start = replace(result, program=taller, fitted=placed(taller, result.fitted))
    assert start.fitted is not None
    assert start.fitted.overlap < result.fitted.overlap
    again = reconstructor.run(PICTURE, fit=Fitting(start=start))
    assert again.fitted is not None
    assert again.fitted.overlap > start.fitted.overlap
    assert again.guess == taller
    assert again.raw_text == result.raw_text  # nothing was written again
    blind = Reconstructor(Fake()).run(PICTURE, fit=Fitting(start=start))  # people are not blind
    assert blind.fitted is not None


def height(program: Program) -> float:
    return float(program.parts[0].parameters["outer_size"][2])


def test_what_is_the_same_stays_where_it_is_seen(reconstructor: Reconstructor) -> None:
    result = reconstructor.run(PICTURE, fit=True)
    assert result.fitted is not None
    same = placed(result.program, result.fitted)
    assert same.camera == result.fitted.camera
    # a code says its pose to a hundredth of a degree
    assert same.overlap == pytest.approx(result.fitted.overlap, abs=2e-3)
    handle = editing.removed(result.program, 1)  # the middle of the box moves
    alone = placed(handle, result.fitted)
    pictures = [layers_at(fitted, 256, (0, 0, 256, 256))[0] for fitted in (result.fitted, alone)]
    whole, body = (np.asarray(layer)[..., 3] > 0 for layer in pictures)
    assert (body & ~whole).sum() < 0.01 * body.sum()


def test_the_service_fits_to_the_mask_that_is_sent(
    reconstructor: Reconstructor, address: str
) -> None:
    picture = open_image(PICTURE)
    result = reconstructor.run(PICTURE, fit=True)
    assert result.fitted is not None
    assert result.fitted.mask is not None
    white = over_picture(picture, result.fitted.mask, 400)
    half = white.copy()
    half.paste(0, (0, half.height // 2, half.width, half.height))
    with Client(address) as client:
        fitted = client.predict(PICTURE, mask=white)
        cut = client.predict(PICTURE, mask=half)
    assert fitted.fitted is not None
    assert cut.fitted is not None
    assert fitted.fitted.overlap > 0.9
    assert cut.fitted.camera != fitted.fitted.camera
    content = io.BytesIO()
    Image.new("L", white.size).save(content, "PNG")
    black = {"image": PICTURE.read_bytes(), "mask": content.getvalue()}
    answer = httpx.post(f"{address}/v1/predict", files=black, timeout=60)
    assert answer.status_code == 422
    assert "shows no object" in answer.json()["error"]["message"]


def test_a_stream_tells_how_far_a_fit_is(address: str) -> None:
    content = io.BytesIO(PICTURE.read_bytes())
    with httpx.stream(
        "POST",
        f"{address}/v1/predict/stream",
        files={"image": content},
        data={"fit": "true"},
        timeout=300,
    ) as response:
        lines = [line.partition(": ") for line in response.iter_lines() if line]
    names = [value for field, _, value in lines if field == "event"]
    told = [json.loads(value) for field, _, value in lines if field == "data"]
    fits = [data for name, data in zip(names, told, strict=True) if name == "fit"]
    assert names[-1] == "done"
    assert len(fits) > 1
    assert fits[-1]["iou"] == told[-1]["fit"]["iou"]
    assert parse(told[-1]["code"]).category.name == "Mug"


def test_a_wish_that_is_neither_true_nor_false_is_refused(address: str) -> None:
    files = {"image": PICTURE.read_bytes()}
    answer = httpx.post(f"{address}/v1/predict", files=files, data={"fit": "maybe"}, timeout=60)
    assert answer.status_code == 422
    assert "`fit`" in answer.json()["error"]["message"]
