"""What ships, on pictures that it paints itself: segments, scores, words, and painted wishes."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from geometry.errors import UserError
from geometry.view import view_of
from img2code import editing
from img2code.fit.drawing import overlap
from img2code.image import open_image
from img2code.vision import PRESETS, Painting, Prompt, load
from img2code.vision.caption.telling import Tale
from img2code.vision.describe import Engines, Plan, describe
from img2code.vision.reading import Reader
from img2code.vision.segment.grown import grown
from img2code.vision.words import facts
from img2code.vision.words.wish import read

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader.load()


@pytest.fixture(scope="module")
def mug(reader: Reader) -> Painting:
    (painting,) = load("paint", reader=reader).paint("a blue mug with a square handle", size=400)
    return painting


def test_a_picture_satisfies_its_text(mug: Painting) -> None:
    assert mug.notes == ()
    assert mug.program is not None
    assert mug.program.category.name == "Mug"
    handles = [p for p in mug.program.parts if p.template.role == "handle"]
    assert {facts.shape(part.template) for part in handles} == {"square"}
    pixels = np.asarray(mug.picture, int)
    assert ((pixels[..., 2] - pixels[..., 0]) > 60).mean() > 0.1


def test_the_same_text_and_seed_give_the_same_picture(reader: Reader, mug: Painting) -> None:
    painter = load("paint", reader=reader)
    (again,) = painter.paint("a blue mug with a square handle", size=400)
    (other,) = painter.paint("a blue mug with a square handle", seed=1, size=400)
    assert np.array_equal(np.asarray(again.picture), np.asarray(mug.picture))
    assert not np.array_equal(np.asarray(other.picture), np.asarray(mug.picture))


def test_a_changed_object_is_painted_again_in_its_material(reader: Reader, mug: Painting) -> None:
    painter = load("paint", reader=reader)
    assert mug.program is not None
    same = painter.again(mug, mug.program, size=400)
    assert np.array_equal(np.asarray(same.picture), np.asarray(mug.picture))
    bare = editing.removed(mug.program, len(mug.program.parts) - 1)
    without = painter.again(mug, bare, size=400)
    assert without.program is bare
    pixels = np.asarray(without.picture, int)
    assert ((pixels[..., 2] - pixels[..., 0]) > 60).mean() > 0.1


def test_several_objects_are_several_pictures(reader: Reader) -> None:
    found = load("paint", reader=reader).paint("three wooden chairs", size=128)
    assert len({each.picture.tobytes() for each in found}) == 3
    assert all(each.program and each.program.category.name == "Chair" for each in found)


def test_what_cannot_be_had_is_said(reader: Reader) -> None:
    painter = load("paint", reader=reader)
    (painting,) = painter.paint("a mug with eleven handles", size=128)
    assert any("eleven handles" in note for note in painting.notes)
    (painting,) = painter.paint("an astronaut", size=128)
    assert any("astronaut" in note for note in painting.notes)
    for text, size in (("  ", 512), ("a mug", 16)):
        with pytest.raises(UserError):
            painter.paint(text, size=size)


def test_a_view_is_taken_as_asked(reader: Reader) -> None:
    (painting,) = load("paint", reader=reader).paint("a table from above", size=128)
    assert painting.program is not None
    assert view_of(painting.program.pose.rotation).elevation > 45


def test_another_object_takes_the_place_of_the_layout(reader: Reader, mug: Painting) -> None:
    (painting,) = load("paint", reader=reader).paint("a red kettle", mug.picture, size=400)
    assert painting.program is not None
    assert painting.program.category.name == "Kettle"
    before, after = (
        Image.fromarray(np.ptp(np.asarray(each, int), axis=2).clip(0, 255).astype(np.uint8))
        .point(lambda value: 255 * (value > 60))
        .getbbox()
        for each in (mug.picture, painting.picture)
    )
    assert before is not None
    assert after is not None
    middles = [((box[0] + box[2]) / 2, (box[1] + box[3]) / 2) for box in (before, after)]
    assert np.abs(np.subtract(*middles)).max() < 60


def test_a_point_gives_the_part_the_object_and_the_foreground(
    reader: Reader, mug: Painting
) -> None:
    segmenter = load("segment", reader=reader)
    reading = reader.read(open_image(mug.picture))
    handle = next(n for n, p in enumerate(reading.program.parts) if p.template.role == "handle")
    rows, columns = np.nonzero(reading.part_of == handle)
    middle = len(rows) // 2
    (answer,) = segmenter.segment(mug.picture, [Prompt(((columns[middle], rows[middle]),))])
    assert answer[0].name == "the handle"
    assert {each.name for each in answer[1:]} == {"a mug", "the foreground"}
    truth = np.ptp(np.asarray(mug.picture, int), axis=2) > 40
    assert overlap(answer[-1].mask, truth) > 0.9
    assert answer[0].mask.sum() < 0.5 * answer[-1].mask.sum()


def test_boxes_nothing_and_the_ground(reader: Reader, mug: Painting) -> None:
    segmenter = load("segment", reader=reader)
    truth = np.ptp(np.asarray(mug.picture, int), axis=2) > 40
    rows, columns = np.nonzero(truth)
    box = (float(columns.min()), float(rows.min()), float(columns.max()), float(rows.max()))
    boxed, main, ground = segmenter.segment(
        mug.picture, [Prompt(box=box), Prompt(), Prompt(((3.0, 3.0),))]
    )
    assert overlap(boxed[0].mask, truth) > 0.88
    assert overlap(main[0].mask, truth) > 0.88
    assert not (ground[0].mask & truth).mean() > 0.02
    assert all(len(answer) == 3 for answer in (boxed, main, ground))
    assert list(map(len, segmenter.segment(mug.picture, []))) == []


def test_regions_grow_as_far_as_their_colour() -> None:
    colours = np.full((60, 60, 3), 240, np.uint8)
    colours[20:40, 10:50] = (200, 30, 30)
    region = grown(colours, [(30, 30)], 12.0)
    truth = np.zeros((60, 60), bool)
    truth[20:40, 10:50] = True
    assert overlap(region, truth) > 0.95


def test_scores_follow_what_is_seen(reader: Reader, mug: Painting) -> None:
    concepts = load("concepts", reader=reader)
    texts = ["a blue mug", "a red mug", "a blue kettle", "a dog"]
    scores = concepts.score(mug.picture, texts)
    assert scores.best == "a blue mug"
    assert sum(scores.scores) == pytest.approx(1)
    parts = concepts.score(mug.picture, ["a mug with a square handle", "a mug without a handle"])
    assert parts.scores[0] > parts.scores[1]
    for wrong in ([], [" "], ["a"] * 300):
        with pytest.raises(UserError):
            concepts.score(mug.picture, wrong)


def test_scores_without_embeddings(
    reader: Reader, mug: Painting, monkeypatch: pytest.MonkeyPatch
) -> None:
    from img2code.vision.words import meaning

    monkeypatch.setattr(meaning, "has_embeddings", lambda: False)
    scores = load("concepts", reader=reader).score(mug.picture, ["an azure cup", "a fridge", "dog"])
    assert scores.best == "an azure cup"


def test_a_description_says_what_the_code_has(reader: Reader, mug: Painting) -> None:
    captioner = load("caption", reader=reader)
    found = captioner.describe(mug.picture)
    wish = read(found.caption)
    assert (wish.category, wish.colour, wish.unknown) == ("Mug", "blue", ())
    tale = Tale(reader.read(open_image(mug.picture)))
    nouns = {part.noun for part in tale.parts} | {"mug"}
    assert all(any(noun in each.sentence for noun in nouns) for each in found.regions)
    others = {captioner.describe(mug.picture, seed).paragraph for seed in range(8)}
    assert len(others) > 2
    for text in (found.caption, found.paragraph, *others):
        assert "  " not in text
        assert " ." not in text
        assert text.endswith(".")
        assert text[0].isupper()


def test_a_picture_becomes_a_paragraph_and_a_picture(reader: Reader, mug: Painting) -> None:
    plan = Plan(labels=("a mug", "a handle"))
    report = describe(mug.picture, plan, engines=Engines(reader))
    assert report.description.paragraph
    assert {each.label for each in report.semantics} <= {"a mug", "a handle"}
    assert report.painted[0].picture.size == (512, 512)
    assert set(report.seconds) == {"caption", "segments", "semantics", "paragraph", "painting"}
    little = describe(
        mug.picture,
        Plan(caption=None, semantics=None, paint=None),
        engines=Engines(reader),
    )
    assert little.description.caption == ""
    assert little.description.regions
    assert not little.painted


def test_every_task_has_an_embedded_default(reader: Reader) -> None:
    for kind in PRESETS:
        assert load(kind, reader=reader).name == "embedded"
