"""What a picture shows: where the object is, and which of the categories it is taken for."""

from __future__ import annotations

from dataclasses import dataclass

#: Left, top, right, bottom in fractions (0 to 1) of the upright picture's width and height.
Box = tuple[float, float, float, float]
WHOLE: Box = (0.0, 0.0, 1.0, 1.0)
#: A picture that shows one of the categories with less probability is said to show none of them.
KNOWN = 0.2
#: A category that was asked for and is less probable than this is doubted.
UNLIKELY = 0.05
#: Categories that are offered as alternatives, the chosen one among them.
OFFERED = 3


@dataclass(frozen=True)
class Recognition:
    """What one picture shows, as far as it can be told.

    ranking: categories with their probabilities, likeliest first; they sum to 1. known: the
    probability that the object is of one of these categories at all. box: the object. others:
    more objects that were found, the most central large ones first.
    """

    ranking: tuple[tuple[str, float], ...]
    known: float
    box: Box = WHOLE
    others: tuple[Box, ...] = ()

    @property
    def category(self) -> str:
        """The likeliest one."""
        return self.ranking[0][0]

    @property
    def is_known(self) -> bool:
        return self.known >= KNOWN

    @property
    def alternatives(self) -> tuple[tuple[str, float], ...]:
        """The likeliest categories, each with its probability."""
        return self.ranking[:OFFERED]

    def is_among_the_first(self, category: str, count: int = 3) -> bool:
        return category in [name for name, _ in self.ranking[:count]]

    def probability(self, category: str) -> float:
        """Of one category, 0 to 1."""
        return dict(self.ranking).get(category, 0.0)

    def doubt(self, category: str) -> str:
        """A sentence where the picture speaks against the category; else empty."""
        if not self.is_known:
            likeliest = ", ".join(name for name, _ in self.alternatives)
            return (
                f"This looks like none of the {len(self.ranking)} categories; "
                f"the nearest are {likeliest}."
            )
        probability = self.probability(category)
        if category != self.category and probability < UNLIKELY:
            seen = f"{self.category} ({self.ranking[0][1]:.0%})"
            return f"The picture looks like a {seen}, not like a {category} ({probability:.0%})."
        return ""
