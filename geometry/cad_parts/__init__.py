"""CAD parts: sketch-and-extrude programs, a second kind of code beside those of the categories.

A part is a value of its own (`part.CadPart`), not a `geometry.program.Program`: it has no
templates, no pose and no statistics of quantile bins, and its sketches have no fixed length. What
takes both asks `is_part` at the edge where JSON comes in.
"""

from geometry.cad_parts.part import CadPart, is_part

__all__ = ["CadPart", "is_part"]
