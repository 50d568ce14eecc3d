"""Wall switches and small control boxes: the templates in the format's order, and the sampler."""

from __future__ import annotations

from geometry.objects.switch.sample import sample
from geometry.objects.switch.templates import (
    Cuboidal_Plug,
    Cylindrical_Plug,
    FlipX_Switch,
    FlipY_Switch,
    Frame_Base,
    Lever_Switch,
    Round_Switch,
    Standard_Base,
    Standard_Knob,
)
from geometry.schema.template import Category

SWITCH = Category(
    "Switch",
    [
        Standard_Base,
        Frame_Base,
        FlipX_Switch,
        FlipY_Switch,
        Lever_Switch,
        Round_Switch,
        Standard_Knob,
        Cuboidal_Plug,
        Cylindrical_Plug,
    ],
    sampler=sample,
    fixed=("base", "plug"),
)
