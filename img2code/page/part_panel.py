"""A CAD part's dimensions as a panel of numbers, and its picture beside it, as HTML.

edit.js acts on the panel, as on that of other objects.
"""

from __future__ import annotations

import html

from geometry.cad_parts.body import body
from geometry.cad_parts.part import DISPLAYED, CadPart
from geometry.colours import part_colour
from geometry.draw.part_camera import PartCamera
from geometry.draw.part_picture import Look, draw_part
from img2code.history import History
from img2code.page import markup
from img2code.page.edit_panel import step_buttons, text
from img2code.page.gallery import thumbnail
from img2code.parts.editing import Dimension, StepDimensions, dimensions, overall
from img2code.parts.fit import Fitted
from img2code.report import data_uri
from img2code.result import Picture

NOTHING = '<p class="empty">Its dimensions will appear here.</p>'
UNSURE = (
    "Its picture is not explained well: some steps may be wrong. "
    "Look at it from behind, too, and change what is off."
)
NOT_A_PART = f"Taken for a {DISPLAYED} by its looks; if it is none, choose its category above."
_SURE = 0.5  # of the confidence; parts below it have an IoU of about one half
_SIDE = 448  # pixels of the pictures beside each other
_LOOK = Look(size=_SIDE, antialias=2)


def panel(history: History[CadPart]) -> str:
    """Every dimension in millimetres, step by step."""
    part = history.now
    whole = _field(overall(part), "size, the largest extent")
    steps = "".join(map(_step, dimensions(part)))
    buttons = step_buttons(history, "As it was found in the picture")
    return (
        f'<div class="edit part-edit"><p class="hint">Millimetres, under the names of the CadQuery '
        f"source. Equal lengths share a name and change together.</p>"
        f'<div class="numbers"><fieldset>{whole}</fieldset>{steps}</div>'
        f'<div class="edit-row">{buttons}</div></div>'
    )


def values(part: CadPart) -> dict[str, str]:
    """What stands in the fields, by their keys."""
    found = [overall(part)]
    for step in dimensions(part):
        found += [*step.lengths, *step.positions]
    return {each.key: text(each.value) for each in found}


def _step(step: StepDimensions) -> str:
    colour = "rgb({}, {}, {})".format(*part_colour(step.number - 1))
    remove = (
        f'<button type="button" data-do="remove" data-part="{step.number}" '
        f'aria-label="Remove step {step.number}">Remove</button>'
    ) * (step.number > 1)
    fields = "".join(_field(each, each.label) for each in step.lengths)
    places = "".join(
        _field(each, f"{each.label} of step {step.number}", each.label) for each in step.positions
    )
    where = f"<details><summary>Position</summary>{places}</details>" if places else ""
    return (
        f'<fieldset><legend><i style="background:{colour}"></i>Step {step.number}: '
        f"{html.escape(step.title)} {remove}</legend>{fields}{where}</fieldset>"
    )


def _field(number: Dimension, name: str, label: str = "") -> str:
    value, key = text(number.value), html.escape(number.key)
    name = html.escape(name)
    where = f'data-parameter="{key}" data-index="0"'
    return (
        f"<label><span>{html.escape(label or number.label)}</span>"
        f'<input type="range" {where} min="{text(number.least)}" max="{text(number.most)}" '
        f'step="any" value="{value}" aria-label="{name}">'
        f'<input type="number" {where} step="any" value="{value}" aria-label="{name}, number">'
        f"</label>"
    )


def beside(picture: Picture, part: CadPart, camera: PartCamera) -> str:
    """The picture and the part, seen from where the picture was taken."""
    ours = data_uri(draw_part(body(part.steps), camera, _LOOK), effort=0)
    return markup.pair(
        (thumbnail(picture, _SIDE), "The picture", "The picture"),
        (ours, "The part, drawn from the same side", "The part, from the same side"),
    )


def searching(fitted: Fitted | None) -> str:
    """How far a fit is."""
    if fitted is None:
        return markup.status(f"A {DISPLAYED}: looking for similar ones …")
    steps = markup.count(len(fitted.part.steps), "step")
    sentence = f"{DISPLAYED}: {steps} so far, {100 * fitted.confidence:.0f}% sure"
    bar = (
        f'<progress value="{fitted.work:.2f}" max="1" aria-label="Progress of the fit"></progress>'
    )
    return markup.status(sentence) + bar


def finished(fitted: Fitted, seconds: float, told_by_looks: bool) -> str:
    """The line of a fit that is done, and what speaks against its result."""
    steps = markup.count(len(fitted.part.steps), "step")
    note = f" {html.escape(NOT_A_PART)}" * told_by_looks
    line = (
        f'<p class="status" role="status"><b>{DISPLAYED}</b> ({fitted.confidence:.0%}), {steps}. '
        f"Difference from its picture {fitted.loss:.3f}, {seconds:.1f} s.{note}</p>"
    )
    return line + markup.doubt(UNSURE * (fitted.confidence < _SURE))
