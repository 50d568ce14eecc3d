"""Draws the carcass of storage furniture: boards, shelves, dividers; and tells its free cells."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from geometry.schema.template import Part, part

#: Typical thickness of the back, a side, the base, the lid, a shelf, a divider.
BACK, SIDE, BASE, LID, SHELF, DIVIDER = 0.0468, 0.0342, 0.0463, 0.0272, 0.0222, 0.0168
#: Typical shift of the lid in z.
LID_BACK = -0.0045
TYPICAL_DIAGONAL = 1.85
UNUSED_LID = (0.997, 0.0272, 0.3932)
#: Most boards beside shelves and dividers that the format holds.
MOST_BOARDS = 19

Rng = np.random.Generator
Span = tuple[float, float]  # from, to


def about(rng: Rng) -> float:
    """A factor for everyday variation."""
    return float(rng.uniform(0.8, 1.2))


@dataclass
class Carcass:
    """The numbers of a body; the middle is the origin, the open front at z = depth / 2.

    depths: of the shelves' middles below the upper edge; all steps from the second on are equal
    to the first where a row between two shelves is divided. rows: per row between shelves, the
    number of dividers and x of the first and the step, from the left side's inside.
    """

    length: float
    height: float
    depth: float
    side: float
    back: float
    base: float
    lid: float
    lid_drop: float
    shelf: float
    divider: float
    divider_depth: float
    depths: list[float] = field(default_factory=list)
    rows: list[tuple[int, float, float]] = field(default_factory=list)
    boards: list[list[float]] = field(default_factory=list)

    @property
    def inside(self) -> float:
        return self.length - 2 * self.side

    @property
    def clear(self) -> float:
        """Height from the base to the lid."""
        return self.height - self.base - self.lid_drop

    @property
    def front(self) -> float:
        return self.depth / 2

    def divide(self, number: int, first: float = 1.0) -> None:
        """Adds a row with evenly spaced dividers; first: factor of the first bay."""
        step = self.inside / (number + 1)
        self.rows.append((number, step * first if number else 0.0, step if number > 1 else 0.0))

    def row(self, index: int) -> Span:
        """Where the room between two shelves begins and ends in y."""
        top = self.height / 2 - self.lid_drop
        if index > 0:
            top = self.height / 2 - self.depths[index - 1] - self.shelf / 2
        bottom = self.base - self.height / 2
        if index < len(self.depths):
            bottom = self.height / 2 - self.depths[index] + self.shelf / 2
        return bottom, top

    def bays(self, index: int) -> list[Span]:
        """Where the bays of a row begin and end in x."""
        number, first, step = self.rows[index]
        middles = [first + k * step - self.inside / 2 for k in range(number)]
        starts = [-self.inside / 2, *(x + self.divider / 2 for x in middles)]
        ends = [*(x - self.divider / 2 for x in middles), self.inside / 2]
        return list(zip(starts, ends, strict=True))

    def shelves(self, bay: Span, span: Span, number: int) -> list[Span]:
        """Adds even shelves to a bay; returns the cells that they leave, from the lowest up."""
        number = min(number, MOST_BOARDS - len(self.boards))
        tall = (span[1] - span[0] - number * self.shelf) / (number + 1)
        cells = []
        for k in range(number + 1):
            bottom = span[0] + k * (tall + self.shelf)
            cells.append((bottom, bottom + tall))
            if k < number:
                size = [bay[1] - bay[0], self.shelf, self.divider_depth]
                middle = [sum(bay) / 2, bottom + tall + self.shelf / 2, 0.0]
                self.boards.append([*size, *middle, 0.0, 0.0, 0.0])
        return cells

    def part(self) -> Part:
        """The code of it. The step to a shelf is stored as the mean of those above it."""
        rows = [
            [number, self.divider, self.divider_depth, first, step]
            if number
            else [0, 0.0, 0.0, 0.0, 0.0]
            for number, first, step in self.rows
        ]
        steps = [(d - self.depths[0]) / k for k, d in enumerate(self.depths) if k]
        return part(
            "Storagefurniture_body",
            size=[self.length, self.height, self.depth],
            back_size=[self.back],
            left_right_inner_size=[self.side],
            base_size=[self.base],
            has_lid=[int(self.lid > 0)],
            lid_size=[self.length, self.lid, self.depth] if self.lid else [*UNUSED_LID],
            lid_offset=[0, -self.lid_drop, LID_BACK if self.lid else 0],
            WHOLE_number_of_layer=[len(self.depths)],
            WHOLE_layer_sizes=[self.shelf],
            WHOLE_layer_offset=[self.depths[0] if self.depths else 0.0],
            WHOLE_interval_between_layers=steps,
            storagefurniture_layers_params=[number for row in rows for number in row],
            additional_layers_params=[len(self.boards), *(n for b in self.boards for n in b)],
        )


def carcass(
    rng: Rng, proportions: Sequence[float], has_lid: bool = True, recess: float = 0.0
) -> Carcass:
    """An empty one of the given proportions (x, y, z); recess: of the dividers from the front."""
    x, y, z = np.array(proportions) * (TYPICAL_DIAGONAL / math.hypot(*proportions))

    def thick(typical: float) -> float:
        return float(typical * rng.uniform(0.7, 1.3))

    lid = thick(LID) if has_lid else 0.0
    back = thick(BACK)
    return Carcass(
        length=float(x),
        height=float(y),
        depth=float(z),
        side=thick(SIDE),
        back=back,
        base=thick(BASE),
        lid=lid,
        lid_drop=lid * rng.uniform(0.2, 0.9),
        shelf=SHELF * about(rng),
        divider=DIVIDER * about(rng),
        divider_depth=float(z) - back - recess,
    )
