"""How materials look that texts name: wood, metal, glass …, in any of the named colours."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from img2code.render.materials import Colour, Material, clipped
from img2code.vision.words.lexicon import COLOURS

#: What objects are made of where a text does not say, with colours that go with it.
USUAL: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "Bottle": ("plastic", ("green", "blue", "white", "turquoise")),
    "Box": ("cardboard", ("beige", "brown")),
    "Bucket": ("plastic", ("red", "blue", "grey", "green")),
    "Chair": ("wood", ("brown", "beige")),
    "Clip": ("plastic", ("blue", "red", "black")),
    "Dishwasher": ("painted", ("white", "grey")),
    "Dispenser": ("plastic", ("white", "turquoise", "pink")),
    "Door": ("wood", ("brown", "white")),
    "Eyeglasses": ("plastic", ("black", "brown")),
    "Faucet": ("metal", ("grey",)),
    "Globe": ("painted", ("blue", "turquoise")),
    "Kettle": ("metal", ("grey", "red")),
    "KitchenPot": ("metal", ("grey", "red")),
    "Knife": ("metal", ("grey", "black")),
    "Laptop": ("painted", ("grey", "black")),
    "Microwave": ("painted", ("grey", "white", "black")),
    "Mug": ("ceramic", ("white", "blue", "red", "yellow")),
    "Oven": ("painted", ("grey", "white")),
    "Pen": ("plastic", ("blue", "black", "red")),
    "Pliers": ("metal", ("grey", "red")),
    "Refrigerator": ("painted", ("white", "grey")),
    "Ruler": ("wood", ("beige", "yellow")),
    "Safe": ("painted", ("grey", "black")),
    "Shampoo": ("plastic", ("white", "pink", "green")),
    "Stapler": ("plastic", ("black", "red", "blue")),
    "StorageFurniture": ("wood", ("brown", "beige", "white")),
    "Switch": ("plastic", ("white",)),
    "Table": ("wood", ("brown", "beige")),
    "Trashcan": ("metal", ("grey",)),
    "USB": ("plastic", ("black", "blue", "red")),
    "Washingmachine": ("painted", ("white", "grey")),
    "Window": ("painted", ("white", "brown")),
}
_ELSE = ("painted", ("grey", "blue"))
#: The colours of materials that have one of their own.
_OWN: Mapping[str, Colour] = {
    "brass": (0.82, 0.66, 0.32),
    "copper": (0.80, 0.48, 0.34),
    "metal": (0.70, 0.71, 0.72),
    "wood": (0.58, 0.38, 0.22),
    "glass": (0.86, 0.92, 0.92),
    "leather": (0.35, 0.20, 0.13),
    "cardboard": (0.72, 0.56, 0.38),
    "stone": (0.62, 0.61, 0.58),
    "marble": (0.88, 0.87, 0.85),
    "rubber": (0.12, 0.12, 0.13),
}


def usual(category: str, rng: np.random.Generator) -> tuple[str, str]:
    """A material and a colour that objects of a category often have."""
    material, colours = USUAL.get(category, _ELSE)
    return material, str(rng.choice(colours))


def material(name: str, colour: str, rng: np.random.Generator) -> Material:
    """The surface of a material in a colour; "" for the material's own."""
    if colour:
        red, green, blue = (channel / 255 for channel in COLOURS[colour])
        base: Colour = (red, green, blue)
    else:
        base = _OWN.get(name, (0.6, 0.6, 0.62))
    darker = clipped(np.array(base) * 0.72)
    lighter = clipped(np.array(base) * 0.8 + 0.2)
    match name:
        case "wood":
            pattern = str(rng.choice(["wood", "wood_fine", "planks"], p=[0.5, 0.4, 0.1]))
            return Material(
                base, darker, darker, pattern, repeats=float(rng.uniform(1.0, 2.2)),
                strength=0.55, relief=0.2, roughness=float(rng.uniform(0.35, 0.6)),
            )  # fmt: skip
        case "metal" | "brass" | "copper":
            return Material(
                base, darker, darker, "brushed", repeats=1.5, strength=0.12, relief=0.04,
                roughness=float(rng.uniform(0.18, 0.34)), metallic=0.75, reflectance=0.06,
            )  # fmt: skip
        case "glass":
            return Material(
                base, base, base, strength=0.0, relief=0.0, roughness=0.05, reflectance=0.06,
                opacity=0.35,
            )  # fmt: skip
        case "ceramic":
            return Material(
                base, darker, lighter, str(rng.choice(["plain", "speckle"], p=[0.8, 0.2])),
                strength=0.15, relief=0.02, around=True, roughness=0.14, reflectance=0.06,
            )  # fmt: skip
        case "fabric":
            return Material(
                base, darker, lighter, "linen", repeats=2.2, strength=0.5, relief=0.4, roughness=0.9
            )
        case "leather":
            return Material(
                base, darker, darker, "leather", repeats=1.6, strength=0.4, relief=0.35,
                roughness=0.42,
            )  # fmt: skip
        case "cardboard":
            return Material(
                base, darker, darker, "cardboard", strength=0.3, relief=0.15, roughness=0.9
            )
        case "stone" | "marble":
            return Material(base, darker, lighter, name, strength=0.5, relief=0.15, roughness=0.4)
        case "plastic":
            return Material(base, base, base, strength=0.0, relief=0.0, roughness=0.28)
        case "rubber":
            return Material(base, base, base, "grain", strength=0.1, relief=0.1, roughness=0.8)
    return Material(base, darker, base, "grain", strength=0.05, relief=0.03, roughness=0.4)
