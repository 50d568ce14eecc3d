"""Safes: the templates in the format's order, and the sampler."""

from __future__ import annotations

from geometry.objects.safe.sample import sample
from geometry.objects.safe.templates import (
    Behind_Double_Layer_Door,
    Claw_Handle,
    Cuboidal_Body,
    Cuboidal_Door,
    Cuboidal_Leg,
    Cylindrical_Connecter,
    Cylindrical_Dial,
    Front_Double_Layer_Door,
    Mutiple_Layer_Body,
    Regular_Controller,
    Round_Handle,
    Sunken_Door,
    T_Shaped_Connecter,
    Trifold_Handle,
)
from geometry.schema.template import Category

SAFE = Category(
    "Safe",
    [
        Cuboidal_Body,
        Mutiple_Layer_Body,
        Cuboidal_Door,
        Behind_Double_Layer_Door,
        Front_Double_Layer_Door,
        Sunken_Door,
        Cylindrical_Connecter,
        T_Shaped_Connecter,
        Trifold_Handle,
        Claw_Handle,
        Round_Handle,
        Cylindrical_Dial,
        Regular_Controller,
        Cuboidal_Leg,
    ],
    sampler=sample,
    fixed=("body", "leg"),
    carried={"connector": "door", "handle": "door", "dial": "door", "controller": "door"},
)
