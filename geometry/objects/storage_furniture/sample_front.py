"""Draws what closes the front of storage furniture: doors, drawers, panels; and the plinth."""

from __future__ import annotations

from geometry.maths import cosd, sind
from geometry.objects.storage_furniture.sample_body import Carcass, Rng, Span, about
from geometry.schema.template import Part, part

#: Typical thickness of a door, a drawer's front, a panel; typical height of a plinth.
DOOR, DRAWER, PANEL, PLINTH = 0.0345, 0.0359, 0.0335, 0.1923
#: What is left free around doors and drawers, as a fraction of their size.
PLAY = 0.012

Numbers = list[float]


class Front:
    """The doors, drawers and panels of one piece; what they share is drawn once.

    shut: everything is closed. door, drawer: thickness of a door, of a drawer's front.
    """

    def __init__(self, rng: Rng, body: Carcass, shut: float = 0.25) -> None:
        u = rng.uniform
        self.rng, self.body = rng, body
        self.shut = rng.random() < shut
        self.door_thickness, self.drawer_thickness = DOOR * about(rng), DRAWER * about(rng)
        self.grip = u(0.02, 0.05), 0.25 * about(rng), u(1.0, 2.2), u(0.8, 0.9), 0.125 * about(rng)
        self.pull = self._pull()
        self.box_share = u(0.85, 0.95), u(0.76, 0.84), u(0.75, 0.95)
        self.doors: list[Numbers] = []
        self.drawers: list[Numbers] = []
        self.panels: list[Numbers] = []

    def _pull(self) -> tuple[int, float, float, float]:
        """Number of handles, their width and height in those of a drawer, how far up they are."""
        u = self.rng.uniform
        up = u(0.1, 0.23)
        kind = self.rng.choice(["bar", "pair", "knob"], p=[0.7, 0.1, 0.2])
        if kind == "bar":
            return 1, 0.33 * about(self.rng), u(0.05, 0.09), up
        return 1 + int(kind == "pair"), u(0.06, 0.14), u(0.08, 0.18), u(0.0, 0.2)

    def door(self, bay: Span, span: Span, hinge: int = 0, widest: float = 30.0) -> None:
        """A door on the front; hinge: -1 left, 1 right, 0 either; opened by up to `widest`."""
        rng = self.rng
        hinge = hinge or int(rng.choice([-1, 1]))
        turn = 0.0 if self.shut or rng.random() < 0.3 else rng.uniform(2, widest)
        width, height = (bay[1] - bay[0]) * (1 - PLAY), (span[1] - span[0]) * (1 - PLAY)
        x = sum(bay) / 2 + hinge * width / 2 * (1 - cosd(turn))
        z = self.body.front + self.door_thickness / 2 + width / 2 * sind(turn)
        self._leaf((width, height), hinge, hinge * turn, (x, sum(span) / 2, z))

    def sliding(self, bay: Span, span: Span, side: int) -> None:
        """A shut door at one side (-1 left, 1 right), moved inwards; left ones are further back."""
        width, height = bay[1] - bay[0], (span[1] - span[0]) * (1 - PLAY)
        x = sum(bay) / 2 - side * width / 2 * self.rng.uniform(0.2, 0.7)
        plane = self.body.front if side > 0 else self.body.divider_depth / 2
        place = x, sum(span) / 2, plane + self.door_thickness / 2
        self._leaf((width, height), -side, 0.0, place)

    def _leaf(self, size: Span, hinge: int, turn: float, place: tuple[float, float, float]) -> None:
        (width, height), thick = size, self.door_thickness
        across, tall, deep, along, up = self.grip
        handle = max(width * across, 0.012), height * tall, thick * deep
        offset = -hinge * width / 2 * along, height * up
        self.doors.append([width, height, thick, *handle, *offset, turn, *place])

    def drawer(self, bay: Span, span: Span) -> None:
        """A drawer that fills a cell, shut or pulled out."""
        rng, body = self.rng, self.body
        width, height = bay[1] - bay[0], span[1] - span[0]
        room = body.depth - body.back
        box = [s * f for s, f in zip((width, height, room), self.box_share, strict=True)]
        bottom = (height - box[1]) / 3
        pulled = 0.0 if self.shut or rng.random() < 0.5 else box[2] * rng.uniform(0.1, 0.6)
        number, across, tall, up = self.pull
        if number == 2 or across < 0.15:
            tall = min(tall, across * width / height * 1.2)
        handle = across * width, tall * height, self.drawer_thickness
        self.drawers.append(
            [
                *box,
                bottom,
                width * (1 - PLAY),
                height - PLAY * min(width, height),
                self.drawer_thickness,
                0.0,
                min(0.75 * body.side, 0.06 * width),
                min(0.8 * body.back, 0.06 * room),
                number,
                *handle,
                0.0,
                up * height,
                width / 2 if number == 2 else 0.0,
                sum(bay) / 2,
                sum(span) / 2,
                body.front - box[2] / 2 + pulled,
            ]
        )

    def panel(self, bay: Span, span: Span) -> None:
        """A fixed board on the front."""
        thick = PANEL * about(self.rng) if not self.panels else self.panels[0][2]
        size = (bay[1] - bay[0]) * (1 - PLAY), span[1] - span[0], thick
        middle = sum(bay) / 2, sum(span) / 2, self.body.front + thick / 2
        self.panels.append([*size, *middle])

    def parts(self) -> list[Part]:
        """The codes of what there is."""
        result = []
        for template, counter, name, blocks in (
            ("Regular_door", "number_of_door", "doors_params", self.doors),
            ("Regular_drawer", "number_of_drawer", "drawers_params", self.drawers),
            ("Regular_front_panel", "number_of_frontPanel", "frontPanel_params", self.panels),
        ):
            if blocks:
                numbers = [number for block in blocks for number in block]
                result.append(part(template, **{counter: [len(blocks)], name: numbers}))
        return result


def plinth(rng: Rng, body: Carcass) -> Part:
    """A frame of four boards under the body."""
    u = rng.uniform
    size = [body.length * u(0.7, 1.0), PLINTH * u(0.4, 1.2), body.depth * u(0.7, 1.0)]
    return part(
        "Enclosed_leg",
        size=size,
        inner_sizes=[size[0] / 7 * about(rng), size[2] / 7 * about(rng)],
        additional_legs_params=[0],
        position=[0, -(body.height + size[1]) / 2, 0],
    )
