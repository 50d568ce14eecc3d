"""The size of a CAD part as people ask for it."""

from __future__ import annotations

from dataclasses import replace

from geometry.cad_parts.part import CadPart
from geometry.cad_parts.rules import normalised
from geometry.errors import UserError
from geometry.export.sizes import Size, Wanted

_LARGEST = ("size", "length")


def sized(part: CadPart, wanted: Wanted | None) -> CadPart:
    """The part with this largest extent, in millimetres. Raises UserError for other measures."""
    if wanted is None:
        return part
    if not isinstance(wanted, Size) or wanted.measure not in _LARGEST:
        hint = "Give its largest extent, as in --size 80mm."
        raise UserError(f"{wanted}: a CAD part is sized by its largest extent.", hint)
    return replace(normalised(part), size=1000 * wanted.metres)
