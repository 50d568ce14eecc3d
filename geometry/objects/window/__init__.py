"""Sliding windows: the templates in the format's order, and the sampler."""

from __future__ import annotations

from geometry.objects.window.handle import (
    Arched_Handle,
    Cuboidal_Handle,
    LShaped_Handle,
)
from geometry.objects.window.sample import sample
from geometry.objects.window.templates import (
    Asymmetrical_Window,
    Standard_Windowframe,
    Symmetrical_Window,
)
from geometry.schema.template import Category

WINDOW = Category(
    "Window",
    [
        Symmetrical_Window,
        Asymmetrical_Window,
        Standard_Windowframe,
        Cuboidal_Handle,
        Arched_Handle,
        LShaped_Handle,
    ],
    sampler=sample,
    fixed=("frame",),
)
