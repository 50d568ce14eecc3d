"""USB sticks: the templates in the format's order, and the sampler."""

from __future__ import annotations

from geometry.objects.usb.sample import sample
from geometry.objects.usb.templates import (
    Regular_Body,
    Regular_Cap,
    Regular_Connector,
    RoundEnded_Body,
    RoundEnded_Cap,
    Simplied_Connector,
    SquareEnded_Cap,
)
from geometry.schema.template import Category

USB = Category(
    "USB",
    [
        Regular_Body,
        RoundEnded_Body,
        Simplied_Connector,
        Regular_Connector,
        Regular_Cap,
        SquareEnded_Cap,
        RoundEnded_Cap,
    ],
    sampler=sample,
    fixed=("body", "connector"),
)
