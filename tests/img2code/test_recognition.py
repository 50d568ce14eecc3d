"""What a recognition says to people."""

from __future__ import annotations

from img2code.recognition import KNOWN, UNLIKELY, Recognition

MUG = Recognition((("Mug", 0.9), ("Kettle", 0.07), ("Bucket", 0.02), ("Pen", 0.01)), 0.95)


def test_what_is_likeliest_is_offered() -> None:
    assert MUG.category == "Mug"
    assert MUG.alternatives == (("Mug", 0.9), ("Kettle", 0.07), ("Bucket", 0.02))
    assert MUG.probability("Pen") == 0.01
    assert MUG.probability("Chair") == 0.0


def test_a_category_against_the_evidence_is_doubted() -> None:
    assert MUG.doubt("Mug") == ""
    assert MUG.probability("Kettle") > UNLIKELY
    assert MUG.doubt("Kettle") == ""
    assert MUG.doubt("Pen") == "The picture looks like a Mug (90%), not like a Pen (1%)."


def test_none_of_the_categories_is_said_with_the_nearest() -> None:
    lamp = Recognition(MUG.ranking, KNOWN / 2)
    expected = "This looks like none of the 4 categories; the nearest are Mug, Kettle, Bucket."
    assert lamp.doubt("Mug") == expected
