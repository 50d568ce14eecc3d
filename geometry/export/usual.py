"""How large objects of each category usually are, what they are made of, and what they weigh.

A code has proportions and no unit, and its solids are what is seen: a globe is a solid ball, a
kettle's body may be one too, sheet steel is as thick as it was drawn. What is hollow or thin in a
real one is one length here, the skin: so much of the material lies under every surface, and what is
deeper weighs nothing. A board has two surfaces: with a skin of 8 mm, boards of 16 mm are solid.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from geometry.errors import CodeError, suggestion
from geometry.export.sizes import Size

#: Metres; a skin that is never thinner than the solid: solid through and through.
SOLID = math.inf


@dataclass(frozen=True)
class Usual:
    """What is usual of a category.

    about: which real ones have this size. density: of the material, kg per cubic metre. skin: how
    deep it reaches below the surface, metres. weighs: what real ones of this size weigh at least
    and at most, kg; a test compares sampled objects with it.
    """

    size: Size
    about: str
    material: str
    density: float
    skin: float
    weighs: tuple[float, float]


def _width(metres: float) -> Size:
    return Size("width", metres)


def _height(metres: float) -> Size:
    return Size("height", metres)


def _length(metres: float) -> Size:
    return Size("length", metres)


# kg per cubic metre, as tables of materials give them, rounded.
_STEEL, _BRASS, _ALUMINIUM, _GLASS, _STONEWARE = 7850.0, 8500.0, 2700.0, 2500.0, 2300.0
_WOOD, _CORRUGATED = 650.0, 150.0
_ABS, _ACETATE, _POLYETHYLENE = 1050.0, 1300.0, 950.0
_WATER, _ELECTRONICS = 1000.0, 1500.0
_FULL = "plastic, full of water"
_APPLIANCE = "steel, with what is inside"

#: Sizes from standards where there is one, else from what shops sell. The measure is one that open
#: doors and lids, handles and odd proportions change least. Of appliances the skin stands for more
#: than sheet steel: motors, pumps, insulation, a drum's counterweight.
USUAL: Mapping[str, Usual] = {
    "Bottle": Usual(_width(0.072), "0.5 to 0.75 l", _FULL, _WATER, SOLID, (0.25, 0.9)),
    "Box": Usual(_length(0.35), "a parcel", "corrugated board", _CORRUGATED, SOLID, (0.15, 0.8)),
    "Bucket": Usual(_width(0.3), "10 to 12 l", "polyethylene", _POLYETHYLENE, 0.0012, (0.3, 1.2)),
    "Chair": Usual(_width(0.48), "at a dining table", "wood", _WOOD, 0.008, (3, 10)),
    "Clip": Usual(_length(0.06), "for papers or hair", "plastic", _ABS, SOLID, (0.005, 0.03)),
    "Dishwasher": Usual(_width(0.6), "EN 1116", _APPLIANCE, _STEEL, 0.0012, (25, 50)),
    "Dispenser": Usual(_length(0.19), "250 to 500 ml", _FULL, _WATER, SOLID, (0.25, 1)),
    "Door": Usual(_height(2.05), "DIN 18101, with its frame", "wood", _WOOD, 0.006, (15, 60)),
    "Eyeglasses": Usual(_width(0.14), "for adults", "acetate", _ACETATE, SOLID, (0.015, 0.05)),
    "Faucet": Usual(_length(0.25), "a basin's or sink's", "brass", _BRASS, 0.0025, (0.7, 2.5)),
    "Globe": Usual(_height(0.38), "a ball of 25 to 30 cm", "plastic", _ABS, 0.003, (0.6, 2.5)),
    "Kettle": Usual(_length(0.28), "1.5 to 2 l, empty", "steel", _STEEL, 0.0006, (0.7, 1.8)),
    "KitchenPot": Usual(
        Size("depth", 0.22), "22 cm across", "aluminium", _ALUMINIUM, 0.002, (0.7, 2.2)
    ),
    "Knife": Usual(_length(0.3), "a blade of 18 cm", "steel", _STEEL, 0.0007, (0.08, 0.35)),
    "Laptop": Usual(
        _width(0.34), "a screen of 15 inches", "aluminium", _ALUMINIUM, 0.002, (1.2, 2.6)
    ),
    "Microwave": Usual(_width(0.5), "20 to 25 l", _APPLIANCE, _STEEL, 0.001, (9, 17)),
    "Mug": Usual(_height(0.095), "0.3 l", "stoneware", _STONEWARE, 0.002, (0.15, 0.7)),
    "Oven": Usual(_width(0.6), "EN 1116", _APPLIANCE, _STEEL, 0.0012, (25, 60)),
    "Pen": Usual(_length(0.14), "a ball-point pen", "plastic", _ABS, SOLID, (0.005, 0.02)),
    "Pliers": Usual(_length(0.18), "ISO 5746", "steel", _STEEL, SOLID, (0.12, 0.35)),
    "Refrigerator": Usual(_height(1.75), "250 to 400 l", _APPLIANCE, _STEEL, 0.0006, (45, 110)),
    "Ruler": Usual(_length(0.25), "folding", "wood", _WOOD, SOLID, (0.01, 0.12)),
    "Safe": Usual(_width(0.36), "for a cupboard", "steel", _STEEL, 0.0018, (8, 25)),
    "Shampoo": Usual(_length(0.18), "250 to 400 ml", _FULL, _WATER, SOLID, (0.25, 1)),
    "Stapler": Usual(_length(0.15), "for 24/6 staples", "steel", _STEEL, 0.0008, (0.12, 0.45)),
    "StorageFurniture": Usual(_length(1.0), "boards of 16 mm", "chipboard", _WOOD, 0.008, (15, 50)),
    "Switch": Usual(_height(0.085), "a frame of 80 to 86 mm", "plastic", _ABS, 0.002, (0.05, 0.2)),
    "Table": Usual(_height(0.75), "EN 527-1; dining tables too", "wood", _WOOD, 0.008, (10, 50)),
    "Trashcan": Usual(_width(0.3), "20 to 40 l", "polyethylene", _POLYETHYLENE, 0.0015, (0.8, 4)),
    "USB": Usual(
        _length(0.055), "a stick", "plastic and a board", _ELECTRONICS, SOLID, (0.005, 0.02)
    ),
    "Washingmachine": Usual(_width(0.6), "a front of 60 cm", _APPLIANCE, _STEEL, 0.002, (50, 90)),
    "Window": Usual(_length(1.3), "one or two panes", "glass", _GLASS, 0.004, (15, 45)),
}


def usual(category: str) -> Usual:
    """What is usual of a category. Raises CodeError."""
    if category not in USUAL:
        hint = suggestion(category, USUAL) or "Add it to the table in geometry/export/usual.py."
        raise CodeError("the usual size", repr(category), "a category that has one", hint)
    return USUAL[category]
