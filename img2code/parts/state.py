"""A part on its way to a picture: its steps, the camera, where it lies, and how well that fits."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from geometry.cad_parts.body import Body, body
from geometry.cad_parts.numbers import ANGLE, LENGTH, groups, numbers_of
from geometry.cad_parts.part import Step
from geometry.cad_parts.rules import CHECK_SIDES, keeps
from geometry.draw.part_camera import PartCamera
from img2code.parts.cameras import Cameras
from img2code.parts.compare import Frame, boxed, loss
from img2code.parts.picture import Target

Steps = tuple[Step, ...]

#: What a step, a loop and a number that no other one equals cost, beside the picture's loss: of two
#: parts that look alike the simpler one is the likelier, and faces that meet are flush.
STEP_COST, LOOP_COST, NUMBER_COST = 0.003, 0.0012, 0.0007


@dataclass(frozen=True)
class State:
    steps: Steps
    camera: PartCamera
    frame: Frame
    loss: float
    cost: float

    @property
    def body(self) -> Body:
        return body(self.steps, CHECK_SIDES)


class Judge:
    """Scores states against a picture, and counts how often it did."""

    def __init__(self, target: Target, views: Cameras, most: int) -> None:
        """views: where the picture may have been taken from."""
        self.target, self.views, self.left = target, views, most

    @property
    def spent(self) -> bool:
        return self.left <= 0

    def state(self, steps: Steps, camera: PartCamera, frame: Frame | None = None) -> State | None:
        """None where the steps break a rule; without a frame the box is put on the target's."""
        self.left -= 1
        if not keeps(steps):
            return None
        made = body(steps, CHECK_SIDES)
        frame = frame or boxed(made, camera, self.target.size)
        found = loss(self.target, made, camera, frame)
        cost = found + complexity(steps) + self.views.cost(camera)
        return State(steps, camera, frame, found, cost)

    def other(self, state: State, size: int) -> Frame:
        """The state's frame in a square of this many pixels instead of `size`."""
        factor = self.target.size / size
        frame = state.frame
        return Frame(frame.scale * factor, frame.x * factor, frame.y * factor)


def complexity(steps: Steps) -> float:
    """What a part costs by itself."""
    numbers = numbers_of(steps)
    loops = sum(len(step.profile) for step in steps)
    distinct = sum(
        len(groups(numbers.values, numbers.kinds == kind)) for kind in range(LENGTH + 1)
    ) + int((numbers.kinds == ANGLE).sum())
    return STEP_COST * len(steps) + LOOP_COST * loops + NUMBER_COST * distinct


def better(one: State | None, other: State | None) -> bool:
    """Whether `one` is a state and costs less."""
    return one is not None and one.cost < (math.inf if other is None else other.cost - 1e-9)


def cheapest(states: Sequence[State | None]) -> State | None:
    """The first of those that cost least."""
    found: State | None = None
    for state in states:
        if better(state, found):
            found = state
    return found
