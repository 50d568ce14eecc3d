"""Draws the storage of tables: shelves, a drawer under the top, pedestals of drawers and doors."""

from __future__ import annotations

from dataclasses import dataclass

from geometry.maths import cosd, sind
from geometry.objects.table.sample_leg import Legs
from geometry.objects.table.sample_top import Rng, Top, about
from geometry.schema.template import Part, part

BACKBOARD, PANEL, DRAWER_HANDLE = 0.2505, 0.0272, 0.0344

Numbers = list[float]


def shelf(rng: Rng, top: Top, legs: Legs) -> Part:
    """One or two shelves between even legs or panels."""
    thickness = max(top.size[1], 0.02) * rng.uniform(0.4, 1)
    y = -legs.height * rng.uniform(0.45, 0.9)
    wider, deeper = legs.spread(y)
    length = max(legs.apart[0], legs.apart[1]) + wider
    width = legs.apart[2] + deeper if legs.apart[2] else legs.front[2] * rng.uniform(0.8, 0.98)
    upright = legs.lean == (0.0, 0.0)
    two = upright and -y > 0.7 * legs.height and rng.random() < 0.4
    step = -y * rng.uniform(0.4, 0.6) if two else 0.0
    return _boards(legs, 1 + int(two), [length, thickness, width], y, step, [])


def round_shelf(rng: Rng, top: Top, legs: Legs) -> Part:
    """A disc between the legs of a round table."""
    y = -legs.height * rng.uniform(0.4, 0.85)
    front = legs.apart[0] / 2
    if legs.apart[1]:
        away = (front**2 + (legs.apart[2] / 2) ** 2) ** 0.5
    else:  # the circle through three legs
        away = (front**2 + legs.apart[2] ** 2) / (2 * legs.apart[2])
    radius = away + legs.spread(y)[1] / 2
    px, py, _ = legs.position
    return part(
        "Cylindrical_sublayer",
        number_of_subs=[1],
        subs_size=[radius, top.size[1] / 2 * about(rng)],
        subs_offset=[y],
        interval_between_subs=[0.0],
        additional_sublayers_params=[0],
        position=[px, py, top.position[2]],
    )


def compartment(rng: Rng, top: Top, legs: Legs) -> tuple[Part, Part]:
    """A box under the top, open in front, with one to three drawers side by side."""
    thickness = max(top.size[1], 0.02) * rng.uniform(0.4, 1)
    depth = min(legs.height * rng.uniform(0.2, 0.28), 0.3 * legs.apart[0])
    length, width = max(legs.apart[0], legs.apart[1]), legs.apart[2]
    leg = min(legs.front[0], legs.rear[0]), legs.rear[2] * rng.uniform(0.5, 0.98)
    side = leg[0] * rng.uniform(0.5, 0.98)
    walls = [
        _board((length, depth, leg[1]), (0, -depth / 2, -width / 2)),
        _board((side, depth, width), (-length / 2, -depth / 2, 0)),
        _board((side, depth, width), (length / 2, -depth / 2, 0)),
    ]
    low = rng.random() < 0.4
    step = -(legs.height - depth) * rng.uniform(0.5, 0.85) if low else 0.0
    shelves = _boards(legs, 1 + int(low), [length, thickness, width], -depth, step, walls)
    inner = length - max(legs.front[0], legs.rear[0])
    height = depth - thickness / 2
    number = int(rng.choice([1, 2, 3], p=[0.55, 0.3, 0.15])) if length > 3 * depth else 1
    kind = Front(rng, inner / number, height)
    room = width - max(legs.front[2], legs.rear[2])
    drawers = []
    for k in range(number):
        x = ((k + 0.5) / number - 0.5) * inner
        cell = Cell(x, -height / 2, inner / number * 0.985, height, room, width / 2)
        drawers.append(kind.drawer(rng, cell))
    return shelves, _drawers(legs, drawers)


def frame_shelf(rng: Rng, top: Top, legs: Legs) -> tuple[Part, Part]:
    """A shelf, at times with a box of boards on it, and a board that hangs in the rear."""
    thickness = max(top.size[1] / 2, 0.015) * about(rng)
    y = -legs.height * rng.uniform(0.2, 0.5)
    length, width = max(legs.apart[0], legs.apart[1]), legs.apart[2]
    boards = []
    if rng.random() < 0.6:
        across = (legs.apart[0] - legs.front[0]) * rng.uniform(0.5, 0.8)
        along = (width - legs.front[2]) * rng.uniform(0.5, 0.8)
        height = -y * rng.uniform(0.5, 0.7)
        board = thickness * about(rng)
        middle = y + height / 2
        boards = [
            _board((board, height, along), (-across / 2, middle, 0)),
            _board((across, height, board), (0, middle, -along / 2)),
            _board((board, height, along), (across / 2, middle, 0)),
            _board((across, height, board), (0, middle, along / 2)),
        ]
    shelves = _boards(legs, 1, [length, thickness, width], y, 0.0, boards)
    height = min(BACKBOARD * rng.uniform(0.6, 1.4), 0.8 * legs.height)
    px, py, pz = legs.position
    back = part(
        "Regular_backboard",
        size=[legs.apart[1] - legs.rear[0], height, legs.rear[2] * rng.uniform(0.3, 0.9)],
        position=[px, py, pz - width / 2],
    )
    return shelves, back


def pedestals(rng: Rng, top: Top, legs: Legs) -> list[Part]:
    """Bays between two panels: some open for the knees, some with drawers above doors."""
    panel, height, depth = legs.front
    inner = legs.apart[0] - panel
    thickness = max(0.5 * top.size[1], 0.015)
    filled, ends = _bays(rng, inner)
    shared = int(rng.integers(1, 5)), rng.random()  # equal pedestals on both sides are usual
    alike = rng.random() < 0.7
    boards, doors, drawers = [], [], []
    for index in (1, 2):
        if filled[index - 1] or filled[index]:
            divider = panel * rng.uniform(0.7, 0.98), height, depth * 0.995
            boards.append(_board(divider, (ends[index], -height / 2, 0)))
    front = Front(rng, inner / 3, height / 3, kinds=("bar", "bar", "knob"))
    for index in range(3):
        if not filled[index]:
            continue
        length, x = ends[index + 1] - ends[index], (ends[index] + ends[index + 1]) / 2
        number, fraction = shared if alike else (int(rng.integers(1, 5)), rng.random())
        step = height / number
        rear = (length, height * 0.995, panel)
        boards.append(_board(rear, (x, -height / 2, -(depth - panel) / 2 * 0.99)))
        boards += [
            _board((length, thickness, depth * 0.99), (x, thickness / 2 - (j + 1) * step, 0))
            for j in range(number)
        ]
        covered = 1 if number == 1 else int(fraction * (number + 1))
        if covered:
            cell_height = covered * step - thickness
            upper_edge = -height + thickness + cell_height
            doors.append(_door(rng, (x, upper_edge), length, cell_height, depth))
        for j in range(number - covered):
            top_of_cell = 0.0 if j == 0 else thickness - j * step
            cell_height = step - thickness if j == 0 else step
            y = top_of_cell - cell_height / 2
            cell = Cell(x, y, length * 0.985, cell_height * 0.97, depth - panel, depth / 2)
            drawers.append(front.drawer(rng, cell, room_below=thickness))
    parts = [_boards(legs, 0, [0.0, 0.0, 0.0], 0.0, 0.0, boards)]
    if doors:
        numbers = [number for door in doors for number in door]
        door = part("Regular_door", number_of_door=[len(doors)], doors_params=numbers)
        door["parameters"]["position"] = list(legs.position)
        parts.append(door)
    return [*parts, _drawers(legs, drawers)] if drawers else parts


@dataclass(frozen=True)
class Cell:
    """Room for a drawer: middle in x and y, size, and z of the plane of its front."""

    x: float
    y: float
    length: float
    height: float
    depth: float
    face: float


class Front:
    """What the drawers of one table share: panel, walls and handles."""

    def __init__(
        self,
        rng: Rng,
        length: float,
        height: float,
        kinds: tuple[str, ...] = ("bar", "bar", "knob", "pair", "none"),
    ) -> None:
        self.kind = rng.choice(kinds)
        self.panel = PANEL * about(rng)
        self.fraction = rng.uniform(0.7, 0.85)
        self.wall = min(length, height) * rng.uniform(0.04, 0.08)
        self.open = rng.random() < 0.5
        bar = self.kind == "bar"
        knob = height * rng.uniform(0.1, 0.2)
        self.handle = (
            length * rng.uniform(0.2, 0.45) if bar else knob,
            height * rng.uniform(0.04, 0.1) if bar else knob,
            max(DRAWER_HANDLE * rng.uniform(0.9, 1.2), 1.3 * self.panel),
        )

    def drawer(self, rng: Rng, cell: Cell, room_below: float = 0.0) -> Numbers:
        """The block of a drawer in a cell, closed or pulled out."""
        box = cell.length * 0.93, (cell.height - room_below) * self.fraction, cell.depth * 0.9
        bottom = min(self.wall, box[1] / 4)
        walls = box[1] - bottom
        pulled = box[2] * rng.uniform(0.1, 0.6) if self.open and rng.random() < 0.6 else 0.0
        z = cell.face - box[2] / 2 + pulled
        handles = {"none": 0, "pair": 2}.get(str(self.kind), 1)
        handle = self.handle if handles else (0.0, 0.0, 0.0)
        apart = cell.length / 2 if handles == 2 else 0.0
        # The middle of walls and bottom is the cell's: half a bottom above the panel's middle.
        panel = cell.length, cell.height, self.panel, -bottom / 2
        place = cell.x, cell.y + box[1] / 2, z
        grips = handles, *handle, 0.0, 0.0, 0.0, apart
        return [box[0], walls, box[2], bottom, *panel, self.wall, self.wall, *grips, *place]


def _bays(rng: Rng, inner: float) -> tuple[tuple[bool, bool, bool], Numbers]:
    """Which of three bays are filled, and where bays end in x; filled ones are narrower."""
    patterns = [(1, 0, 0), (0, 0, 1), (1, 0, 1), (0, 1, 0), (1, 1, 0), (0, 1, 1)]
    pattern = patterns[rng.choice(6, p=[0.22, 0.22, 0.32, 0.06, 0.09, 0.09])]
    narrow = inner * rng.uniform(0.2, 0.34)
    number = sum(pattern)
    wide = (inner - number * narrow) / (3 - number)
    widths = [narrow if full else wide for full in pattern]
    ends = [-inner / 2, widths[0] - inner / 2, inner / 2 - widths[2], inner / 2]
    return (bool(pattern[0]), bool(pattern[1]), bool(pattern[2])), ends


def _door(
    rng: Rng, place: tuple[float, float], length: float, height: float, depth: float
) -> Numbers:
    """A door with its hinge at either side, closed or open; place: middle in x, upper edge."""
    x, y = place
    size = (length * 0.98, height * 0.98, 0.02 * about(rng))
    hinge = int(rng.choice([-1, 1]))
    turn = 0.0 if rng.random() < 0.6 else hinge * rng.uniform(5, 110)
    handle = [length * rng.uniform(0.02, 0.08), height * rng.uniform(0.08, 0.3), 2 * size[2]]
    offset = [-hinge * size[0] / 2 * rng.uniform(0.78, 0.9), height / 8 * rng.uniform(0, 1.2)]
    shift = hinge * size[0] / 2 * (1 - cosd(turn))
    out = depth / 2 + size[2] / 2 + size[0] / 2 * sind(abs(turn))
    return [*size, *handle, 0.0, *offset, turn, x + shift, y - height * 0.01, out]


def _board(size: tuple[float, float, float], middle: tuple[float, float, float]) -> Numbers:
    """A block of nine, its middle relative to the legs' position."""
    return [*size, *middle, 0.0, 0.0, 0.0]


def _boards(
    legs: Legs, number: int, size: Numbers, y: float, step: float, boards: list[Numbers]
) -> Part:
    """Shelves; the boards' middles become absolute, as the format has them."""
    blocks = [
        [*board[:3], *(p + q for p, q in zip(legs.position, board[3:6], strict=True)), *board[6:]]
        for board in boards
    ]
    return part(
        "Regular_sublayer",
        number_of_subs=[number],
        subs_size=size,
        subs_offset=[y],
        interval_between_subs=[step],
        position=list(legs.position),
        additional_sublayers_params=[len(blocks), *(n for block in blocks for n in block)],
    )


def _drawers(legs: Legs, drawers: list[Numbers]) -> Part:
    return part(
        "Regular_drawer",
        number_of_drawer=[len(drawers)],
        position=list(legs.position),
        drawers_params=[number for drawer in drawers for number in drawer],
    )
