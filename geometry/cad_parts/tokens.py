"""Parts as tokens of a small grammar, and back: every sequence that the masks allow is a part.

    part := step+ END          step := (JOIN | CUT) (XY | XZ | YZ) from to loop+
    loop := RECT u0 v0 u1 v1 | CIRC u v r | SLOT u0 v0 u1 v1 | NGON u v r corners turn
          | RRECT u0 v0 u1 v1 r | PATH u v (L u v | A um vm u v)* CLOSE

The first loop of a step is its outline, others are its holes. A number is one of 256 levels of the
unit cube. What masks cannot say is mended in `decode`: a path loses the points that make it cross
itself, a hole outside its outline becomes a cut of its own, a step that adds nothing is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from geometry.cad_parts.part import LEVEL, LEVELS, CadPart, Extrude, Operation, Plane, Step
from geometry.cad_parts.rules import (
    APART,
    keeps,
    keeps_for_kernels,
    loop_fault,
    normalised,
    step_fault,
    tidied,
)
from geometry.sketch.checks import SIDES, are_apart, fits_inside
from geometry.sketch.loops import (
    Arc,
    Circle,
    Line,
    Loop,
    Path,
    Polygon,
    Rectangle,
    RoundedRectangle,
    Slot,
)
from geometry.sketch.outline import outline

#: The words of the grammar; numbers follow them.
WORDS = [
    "END",
    "JOIN",
    "CUT",
    "XY",
    "XZ",
    "YZ",
    "RECT",
    "CIRC",
    "SLOT",
    "NGON",
    "RRECT",
    "PATH",
    "L",
    "A",
    "CLOSE",
]
WORD = {word: number for number, word in enumerate(WORDS)}
NUMBERS = len(WORDS)
SIZE = NUMBERS + LEVELS
MOST_TOKENS = 128
MOST_STEPS = 12
MOST_HOLES = 12
MOST_SEGMENTS = 24
FEWEST_CORNERS, MOST_CORNERS = 3, 12
_LOOPS = {"RECT": 4, "CIRC": 3, "SLOT": 4, "NGON": 5, "RRECT": 5}
_KINDS: dict[type[Loop], str] = {
    Rectangle: "RECT",
    Circle: "CIRC",
    Slot: "SLOT",
    Polygon: "NGON",
    RoundedRectangle: "RRECT",
}


def level(value: float) -> int:
    return min(max(round(value * (LEVELS - 1)), 0), LEVELS - 1)


class Grammar:
    """What may follow the tokens so far. `allowed` before each token, `take` after it."""

    def __init__(self, most: int = MOST_TOKENS) -> None:
        self.most, self.count, self.steps, self.loops, self.segments = most, 0, 0, 0, 0
        self.state = "step"
        self.kind = ""
        self.numbers: list[int] = []
        self.done = False

    def allowed(self) -> np.ndarray:
        """(SIZE,) of bool."""
        mask = np.zeros(SIZE, bool)
        left = self.most - self.count
        if self.state == "step":
            if self.steps == 0:
                mask[WORD["JOIN"]] = True
            else:
                self._allow_step(mask, left)
        elif self.state == "plane":
            mask[[WORD["XY"], WORD["XZ"], WORD["YZ"]]] = True
        elif self.state == "loop":
            if self.loops:
                self._allow_step(mask, left)
            if self.loops <= MOST_HOLES and (self.loops == 0 or left > 8):
                mask[[WORD[kind] for kind in _LOOPS]] = True
                if left > 16:
                    mask[WORD["PATH"]] = True
        elif self.state == "path":
            if self.segments >= 2:
                mask[WORD["CLOSE"]] = True
            if self.segments < 2 or (self.segments < MOST_SEGMENTS and left > 8):
                mask[WORD["L"]] = True
                mask[WORD["A"]] = self.segments >= 1 or left > 12
        else:
            low, high = self._range()
            mask[NUMBERS + low : NUMBERS + high + 1] = True
        return mask

    def _allow_step(self, mask: np.ndarray, left: int) -> None:
        mask[WORD["END"]] = True
        if self.steps < MOST_STEPS and left > 12:
            mask[[WORD["JOIN"], WORD["CUT"]]] = True

    def _range(self) -> tuple[int, int]:
        """The least and the largest number that may come."""
        place, seen = len(self.numbers), self.numbers
        last = LEVELS - 1
        if self.kind == "extent":
            return (0, last - 1) if place == 0 else (seen[0] + 1, last)
        if self.kind in ("RECT", "SLOT", "RRECT"):
            least = 4 if self.kind == "RRECT" else 1
            if place < 2:
                return 0, last - least
            if place < 4:
                return seen[place - 2] + least, last
            return 1, max(min(seen[2] - seen[0], seen[3] - seen[1]) // 2 - 1, 1)
        if self.kind in ("CIRC", "NGON"):
            if place < 2:
                return 0, last
            if place == 2:
                return 1, last
            return (FEWEST_CORNERS, MOST_CORNERS) if place == 3 else (0, last)
        return 0, last

    def take(self, token: int) -> None:
        """Raises ValueError for a token that is not allowed."""
        if not self.allowed()[token]:
            raise ValueError(f"token {token} cannot follow here")
        self.count += 1
        if token >= NUMBERS:
            self._take_number(token - NUMBERS)
            return
        word = WORDS[token]
        if word == "END":
            self.done = True
        elif word in ("JOIN", "CUT"):
            self.state, self.steps, self.loops = "plane", self.steps + 1, 0
        elif word in ("XY", "XZ", "YZ"):
            self._expect("extent")
        elif word == "CLOSE":
            self.state, self.loops = "loop", self.loops + 1
        else:
            if word == "PATH":
                self.segments = 0
            self._expect(word)

    def _expect(self, kind: str) -> None:
        self.state, self.kind, self.numbers = "number", kind, []

    def _take_number(self, number: int) -> None:
        self.numbers.append(number)
        if len(self.numbers) < {"extent": 2, "PATH": 2, "L": 2, "A": 4, **_LOOPS}[self.kind]:
            return
        if self.kind == "extent":
            self.state = "loop"
        elif self.kind in ("PATH", "L", "A"):
            self.segments += self.kind != "PATH"
            self.state = "path"
        else:
            self.state, self.loops = "loop", self.loops + 1


def encode(part: CadPart) -> list[int]:
    """The tokens of a part of extrusions; numbers are rounded to their levels.

    Raises ValueError for steps that the grammar has no words for.
    """
    tokens: list[int] = []
    for step in part.steps:
        if not isinstance(step, Extrude) or step.pattern or step.finishes or step.shell:
            raise ValueError("only plain extrusions are tokens")
        start = level(step.start)
        end = max(level(step.end), start + 1)
        if end >= LEVELS:
            start, end = LEVELS - 2, LEVELS - 1
        operation = {"join": "JOIN", "cut": "CUT"}[step.operation]
        tokens += [WORD[operation], WORD[step.plane], NUMBERS + start, NUMBERS + end]
        for loop in step.profile:
            tokens += _loop_tokens(loop)
    return [*tokens, WORD["END"]]


def _loop_tokens(loop: Loop) -> list[int]:
    if isinstance(loop, Path):
        tokens = [WORD["PATH"], *_numbers(loop.u, loop.v)]
        for segment in loop.segments:
            if isinstance(segment, Arc):
                tokens += [WORD["A"], *_numbers(segment.um, segment.vm, segment.u, segment.v)]
            else:
                tokens += [WORD["L"], *_numbers(segment.u, segment.v)]
        return [*tokens, WORD["CLOSE"]]
    if isinstance(loop, Circle):
        return [WORD["CIRC"], *_numbers(loop.u, loop.v, max(loop.radius, LEVEL))]
    if isinstance(loop, Polygon):
        corners = min(max(loop.corners, FEWEST_CORNERS), MOST_CORNERS)
        turn = round(loop.turn % (360 / loop.corners) / (360 / loop.corners) * LEVELS) % LEVELS
        size = _numbers(loop.u, loop.v, max(loop.radius, LEVEL))
        return [WORD["NGON"], *size, NUMBERS + corners, NUMBERS + turn]
    least = 4 if isinstance(loop, RoundedRectangle) else 1
    (u0, u1), (v0, v1) = _apart(loop.u0, loop.u1, least), _apart(loop.v0, loop.v1, least)
    tokens = [WORD[_KINDS[type(loop)]], *(NUMBERS + number for number in (u0, v0, u1, v1))]
    if isinstance(loop, RoundedRectangle):
        most = max(min(u1 - u0, v1 - v0) // 2 - 1, 1)
        tokens.append(NUMBERS + min(max(level(loop.radius), 1), most))
    return tokens


def _apart(low: float, high: float, least: int) -> tuple[int, int]:
    first = min(level(low), LEVELS - 1 - least)
    return first, max(level(high), first + least)


def _numbers(*values: float) -> list[int]:
    return [NUMBERS + level(value) for value in values]


def decode(tokens: Sequence[int]) -> CadPart:
    """The part of a complete sequence, mended where masks cannot know; it keeps all rules."""
    whole = written(tokens).steps
    if keeps_for_kernels(whole) and (part := _settled(whole)):
        return part
    steps: tuple[Step, ...] = ()
    fallback: Step | None = None
    for step, spare in _read(tokens):
        for candidate in _mended(step, spare):
            if not steps and candidate.operation != "join":
                candidate = replace(candidate, operation="join")
            if keeps_for_kernels((*steps, candidate)):
                steps = (*steps, candidate)
        fallback = fallback or _boxed(step)
    shorter = (_settled(steps[:count]) for count in range(len(steps), 0, -1))
    if part := next(filter(None, shorter), None):
        return part
    assert fallback is not None, "a complete sequence has a step"
    return normalised(CadPart((fallback,)))


def _settled(steps: tuple[Step, ...]) -> CadPart | None:
    """Steps that keep the rules, in the unit cube, where they keep them still.

    A part that is larger than the cube gets smaller: arcs become too flat and radii too small.
    """
    part = normalised(CadPart(steps))
    if keeps(part.steps):
        return part
    tidy = (replace(step, profile=tuple(map(tidied, step.profile))) for step in part.steps)
    part = CadPart(tuple(tidy))
    return part if keeps_for_kernels(part.steps) else None


def written(tokens: Sequence[int]) -> CadPart:
    """The part of tokens that `encode` made of one that keeps the rules; nothing is mended."""
    steps = [replace(step, profile=(*step.profile, *holes)) for step, holes in _read(tokens)]
    return CadPart(tuple(steps))


def _read(tokens: Sequence[int]) -> list[tuple[Extrude, list[Loop]]]:
    """The steps as they are written, and the loops after the first one."""
    place = 0
    result = []
    words = list(tokens)

    def numbers(count: int) -> list[float]:
        nonlocal place
        found = words[place : place + count]
        place += count
        return [(token - NUMBERS) * LEVEL for token in found]

    while place < len(words) and WORDS[words[place]] in ("JOIN", "CUT"):
        operation: Operation = "join" if WORDS[words[place]] == "JOIN" else "cut"
        plane: Plane = WORDS[words[place + 1]]  # type: ignore[assignment]
        place += 2
        start, end = numbers(2)
        loops: list[Loop] = []
        while words[place] < NUMBERS and WORDS[words[place]] in {*_LOOPS, "PATH"}:
            kind = WORDS[words[place]]
            place += 1
            if kind == "RECT":
                loops.append(Rectangle(*numbers(4)))
            elif kind == "SLOT":
                loops.append(tidied(Slot(*numbers(4))))
            elif kind == "RRECT":
                loops.append(RoundedRectangle(*numbers(5)))
            elif kind == "CIRC":
                loops.append(Circle(*numbers(3)))
            elif kind == "NGON":
                u, v, radius = numbers(3)
                corners, turn = (words[place + k] - NUMBERS for k in (0, 1))
                place += 2
                loops.append(Polygon(u, v, radius, corners, turn / LEVELS * 360 / corners))
            else:
                u, v = numbers(2)
                segments: list[Line | Arc] = []
                while WORDS[words[place]] != "CLOSE":
                    arc = WORDS[words[place]] == "A"
                    place += 1
                    segments.append(Arc(*numbers(4)) if arc else Line(*numbers(2)))
                place += 1
                loops.append(_simple(tidied(Path(u, v, tuple(segments)))))
        result.append((Extrude(operation, plane, start, end, (loops[0],)), loops[1:]))
    return result


def _simple(path: Loop) -> Loop:
    """The path without the points that make it cross itself; its box where that leaves too few."""
    assert isinstance(path, Path)
    segments = path.segments
    while len(segments) >= 2:
        shorter = Path(path.u, path.v, segments)
        if loop_fault(shorter) is None:
            return shorter
        tried = [segments[:k] + segments[k + 1 :] for k in range(len(segments))]
        mended = (tidied(Path(path.u, path.v, each)) for each in tried)
        good = next((each for each in mended if loop_fault(each) is None), None)
        if good is not None:
            return good
        segments = segments[:-1]
    points = [(path.u, path.v), *((s.u, s.v) for s in path.segments)]
    return _box(np.array(points))


def _box(points: np.ndarray) -> Rectangle:
    """Around points, at least a level wide and inside the unit square."""
    low = np.minimum(points.min(axis=0), 1 - LEVEL)
    high = np.maximum(np.minimum(points.max(axis=0), 1), low + LEVEL)
    return Rectangle(*low.tolist(), *high.tolist())


def _boxed(step: Extrude) -> Extrude:
    """Its box, thick enough to stay one at any scale."""
    box = _box(outline(step.profile[0]).points)
    least = 0.05 * max(box.u1 - box.u0, box.v1 - box.v0)
    end = max(step.end, step.start + least)
    return replace(step, operation="join", end=end, profile=(box,))


def _mended(step: Extrude, others: list[Loop]) -> list[Extrude]:
    """The step with the holes that fit, and cuts of their own for those that do not."""
    if step_fault(step) is not None:
        return []
    border = outline(step.profile[0], SIDES).points
    kept: list[Loop] = []
    cuts: list[Loop] = []
    for loop in sorted(others, key=_centre):
        if loop_fault(loop) is not None:
            continue
        points = outline(loop, SIDES).points
        apart = all(are_apart(outline(hole, SIDES).points, points, APART) for hole in kept)
        if apart and fits_inside(border, points, APART):
            kept.append(loop)
        elif step.operation == "join":
            cuts.append(loop)
    whole = replace(step, profile=(*step.profile, *kept))
    return [whole, *(replace(step, operation="cut", profile=(loop,)) for loop in cuts)]


def _centre(loop: Loop) -> tuple[float, float]:
    points = outline(loop, 16).points
    u, v = (points.min(axis=0) + points.max(axis=0)) / 2
    return float(v), float(u)


def rounded_step(step: Step) -> Step:
    """A plain extrusion with its numbers on the levels; other steps as they are."""
    if not isinstance(step, Extrude) or step.pattern or step.finishes or step.shell:
        return step
    if step.operation == "intersect":
        return step
    return written(encode(CadPart((step,)))).steps[0]
