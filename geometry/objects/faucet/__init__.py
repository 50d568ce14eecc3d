"""Faucets: the templates in the format's order, and the sampler."""

from __future__ import annotations

from geometry.objects.faucet.sample import sample
from geometry.objects.faucet.spout import (
    Cuboidal_Spout,
    Curved_Spout,
    Cylindrical_Spout,
    Quadfold_Spout,
    Trifold_Spout,
)
from geometry.objects.faucet.switch import (
    HandleY_Switch,
    Lever_Switch,
    RegularY_Switch,
    RotaryX_Switch,
    RotaryY_Switch,
    RotaryZ_Switch,
)
from geometry.objects.faucet.templates import (
    Cuboidal_Base,
    Cylindrical_Base,
    UShapedXZ_Base,
)
from geometry.schema.template import Category

FAUCET = Category(
    "Faucet",
    [
        Cuboidal_Base,
        Cylindrical_Base,
        UShapedXZ_Base,
        Trifold_Spout,
        Quadfold_Spout,
        Curved_Spout,
        Cuboidal_Spout,
        Cylindrical_Spout,
        HandleY_Switch,
        RegularY_Switch,
        Lever_Switch,
        RotaryX_Switch,
        RotaryY_Switch,
        RotaryZ_Switch,
    ],
    sampler=sample,
    fixed=("base", "spout"),
)
