"""Pens: the templates in the format's order, and the sampler."""

from __future__ import annotations

from geometry.objects.pen.sample import sample
from geometry.objects.pen.templates import (
    Bistratal_Button,
    Curved_Clip,
    Cylindrical_Barrel,
    Cylindrical_Button,
    Cylindrical_Refill,
    Double_Layer_Barrel,
    Single_Cap,
    Trifold_Clip,
)
from geometry.schema.template import Category

PEN = Category(
    "Pen",
    [
        Cylindrical_Barrel,
        Double_Layer_Barrel,
        Single_Cap,
        Trifold_Clip,
        Curved_Clip,
        Cylindrical_Button,
        Bistratal_Button,
        Cylindrical_Refill,
    ],
    sampler=sample,
    fixed=("body",),
    carried={"clip": "cap", "refill": "button"},
)
