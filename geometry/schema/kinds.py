"""What the numbers of a template parameter are: lengths, degrees, counts, flags, and how many.

A template function annotates its parameters with the types below; the registry reads the
annotations, so the signature is the schema.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Literal

from geometry.maths import Number

Kind = Literal["length", "degrees", "count", "flag", "ratio"]


@dataclass(frozen=True)
class Values:
    """The numbers of one parameter.

    kinds: one entry per number, in order.
    shortest: fewest numbers accepted; numbers beyond it are ignored, unless `fill`.
    block: 0, or the size of the blocks that follow a leading count or are counted elsewhere.
    counter: name of the parameter that holds the number of blocks; None with a leading count.
    more: blocks beyond that number (one more row than shelves, one gap less than pieces).
    fill: numbers that are left out equal the last one given.
    """

    kinds: tuple[Kind, ...]
    shortest: int
    block: int = 0
    counter: str | None = None
    more: int = 0
    fill: bool = False

    @cached_property
    def length(self) -> int:
        return len(self.kinds)

    @cached_property
    def counts(self) -> tuple[int, ...]:
        """The places of counts among the numbers."""
        return tuple(place for place, kind in enumerate(self.kinds) if kind == "count")

    @cached_property
    def kept(self) -> int:
        """How many numbers a checked code holds."""
        return self.length if self.fill else self.shortest

    @cached_property
    def lead(self) -> int:
        """1 where the first number is the count of blocks, else 0."""
        return 1 if self.block and self.counter is None else 0

    @property
    def most_blocks(self) -> int:
        return (self.length - self.lead) // self.block if self.block else 0


def values(*kinds: Kind, shortest: int | None = None) -> Values:
    return Values(kinds, len(kinds) if shortest is None else shortest)


def blocks(
    length: int, block: tuple[Kind, ...], counter: str | None = None, more: int = 0
) -> Values:
    """A padded array of `length` numbers: blocks, counted by its first number or by `counter`.

    more: blocks beyond the number that `counter` holds.
    """
    lead: tuple[Kind, ...] = () if counter else ("count",)
    whole = (length - len(lead)) // len(block)
    unused = length - len(lead) - whole * len(block)
    padding: tuple[Kind, ...] = tuple("length" for _ in range(unused))
    return Values(lead + block * whole + padding, length, len(block), counter, more)


Length = Annotated[Number, values("length")]
Vec2 = Annotated[tuple[Number, Number], values("length", "length")]
Vec3 = Annotated[tuple[Number, Number, Number], values("length", "length", "length")]
Vec4 = Annotated[tuple[Number, Number, Number, Number], values(*("length",) * 4)]
Vec5 = Annotated[tuple[Number, Number, Number, Number, Number], values(*("length",) * 5)]
Vec6 = Annotated[tuple[Number, ...], values(*("length",) * 6)]
Vec9 = Annotated[tuple[Number, ...], values(*("length",) * 9)]
Vec1or2 = Annotated[tuple[Number, Number], Values(("length", "length"), 1, fill=True)]
Deg1or2 = Annotated[tuple[Number, Number], Values(("degrees", "degrees"), 1, fill=True)]
Vec2or3 = Annotated[tuple[Number, ...], values("length", "length", "length", shortest=2)]
Deg = Annotated[Number, values("degrees")]
Deg2 = Annotated[tuple[Number, Number], values("degrees", "degrees")]
Deg3 = Annotated[tuple[Number, Number, Number], values("degrees", "degrees", "degrees")]
Deg4 = Annotated[
    tuple[Number, Number, Number, Number], values("degrees", "degrees", "degrees", "degrees")
]
Count = Annotated[int, values("count")]
Counts2 = Annotated[tuple[int, int], values("count", "count")]
Flag = Annotated[bool, values("flag")]
Flags2 = Annotated[tuple[bool, bool], values("flag", "flag")]
Flags3 = Annotated[tuple[bool, bool, bool], values("flag", "flag", "flag")]
Flags4 = Annotated[tuple[bool, bool, bool, bool], values("flag", "flag", "flag", "flag")]
Ratio = Annotated[Number, values("ratio")]
Ratio2 = Annotated[tuple[Number, Number], values("ratio", "ratio")]
#: As a template takes the numbers that `blocks` describes: a tuple for each block.
Rows = tuple[tuple[Number, ...], ...]
