"""Eyeglasses: the templates in the format's order, and the sampler."""

from __future__ import annotations

from geometry.objects.eyeglasses.sample import sample
from geometry.objects.eyeglasses.templates import (
    Dual_Connector,
    Regular_Leg,
    Round_Glasses,
    RoundFrame_Glasses,
    Standard_Connector,
    Standard_Support,
    Trapezoidal_Glasses,
    TrapezoidalFrame_Glasses,
    Trifold_Leg,
)
from geometry.schema.template import Category

EYEGLASSES = Category(
    "Eyeglasses",
    [
        Trapezoidal_Glasses,
        TrapezoidalFrame_Glasses,
        Round_Glasses,
        RoundFrame_Glasses,
        Regular_Leg,
        Trifold_Leg,
        Standard_Connector,
        Dual_Connector,
        Standard_Support,
    ],
    sampler=sample,
    fixed=("glasses", "connector", "support"),
)
