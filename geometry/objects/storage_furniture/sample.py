"""New storage furniture: fridges, sideboards, wardrobes, chests of drawers, bookcases and others.

How large a piece is cannot be seen in a picture, so every body has the same diagonal.
"""

from __future__ import annotations

from collections.abc import Callable

from geometry.objects.storage_furniture.sample_body import Carcass, Rng, about, carcass
from geometry.objects.storage_furniture.sample_front import Front, plinth
from geometry.schema.template import Part

#: Typical x, y and z of a body.
TYPICAL = 1.143, 1.28, 0.724
#: How often a piece that need not have a plinth has one.
PLINTHS = 0.15
#: Free space that a row of doors or drawers needs, in y.
LEAST_ROW = 0.1

Kind = Callable[[Rng], tuple[Carcass, Front]]


def _typical(rng: Rng) -> list[float]:
    return [size * float(rng.uniform(0.7, 1.3)) for size in TYPICAL]


def _even_shelves(rng: Rng, body: Carcass, number: int, first: float = 1.0) -> None:
    """Shelves with equal steps; first: factor of the room above the first one."""
    step = body.clear / (number + first)
    body.depths += [body.lid_drop + step * (first + k) for k in range(number)]


def fridge(rng: Rng) -> tuple[Carcass, Front]:
    """Shelves, some of them divided, behind one door."""
    body = carcass(rng, _typical(rng))
    front = Front(rng, body)
    if not front.shut:  # what is behind a shut door does not matter
        _even_shelves(rng, body, int(rng.integers(1, 5)), rng.uniform(0.8, 1.3))
    for index in range(len(body.depths) + 1):
        tall = body.row(index)[1] - body.row(index)[0] > LEAST_ROW
        most = 0 if front.shut or not tall else 4
        body.divide(int(rng.choice([0, 0, *range(most + 1)])))
    cover = body.side * rng.uniform(0, 0.9)
    bay = -body.inside / 2 - cover, body.inside / 2 + cover
    front.door(bay, (body.row(len(body.depths))[0], body.row(0)[1]), widest=175)
    return body, front


def transverse_cabinet(rng: Rng) -> tuple[Carcass, Front]:
    """A sideboard: a row of drawers above bays of doors and drawers."""
    x, y, z = _typical(rng)
    body = carcass(rng, (max(x, 4 / 3 * y), y, z), has_lid=bool(rng.random() < 0.75))
    front = Front(rng, body)
    body.depths = [body.lid_drop + body.clear * 2 / 7 * about(rng)]
    body.divide(int(rng.integers(0, 3)), rng.uniform(0.85, 1.15))
    body.divide(int(rng.integers(1, 3)), rng.uniform(0.85, 1.15))
    for bay in body.bays(0):
        front.drawer(bay, body.row(0))
    bays = body.bays(1)
    lower, upper = body.row(1)
    covered: list[int] = []
    for bay in bays:
        number = int(rng.integers(1, 4))  # of cells
        behind = int(rng.integers(0, number + 1))  # a door, from the lowest cell up
        if bay is bays[-1] and not any(covered):
            behind = max(behind, 1)
        covered.append(behind)
        step = (upper - lower + body.shelf) / number
        edge = lower + behind * step
        if behind:
            front.door(bay, (lower, min(edge, upper)))
        body.shelves(bay, (lower, upper), number - 1)
        for k in range(behind, number):
            front.drawer(bay, (lower + k * step, lower + (k + 1) * step - body.shelf))
    return body, front


def vertical_cabinet(rng: Rng) -> tuple[Carcass, Front]:
    """Two to four tall bays of shelves behind doors, some with a drawer on top."""
    bays = int(rng.integers(2, 5))
    x = TYPICAL[0] / 2 * bays * about(rng) * rng.uniform(0.7, 1.3)
    tall, deep = 4 / 2.5 / bays * about(rng), 2 / 2.5 / bays * about(rng)
    body = carcass(rng, (x, x * tall, x * deep))
    front = Front(rng, body)
    body.divide(bays - 1)
    numbers = [int(n) for n in rng.integers(0, 4, bays)]
    if max(numbers) < 2:
        numbers[int(rng.integers(0, bays))] = int(rng.integers(2, 4))
    for bay, number in zip(body.bays(0), numbers, strict=True):
        span = body.row(0)
        cells = body.shelves(bay, span, number)
        if number > 1:
            front.drawer(bay, cells[-1])
            span = span[0], cells[-1][0]
        front.door(bay, span)
    return body, front


def wardrobe(rng: Rng) -> tuple[Carcass, Front]:
    """Two doors over the whole height, or two over two."""
    body = carcass(rng, (1, 1.7 * about(rng), 0.47 * about(rng)))
    front = Front(rng, body)
    body.depths = [body.lid_drop + body.clear / 2 * about(rng)]
    first = rng.uniform(0.9, 1.1)
    body.divide(1, first)
    body.divide(1, first)
    two = rng.random() < 0.5
    left, right = body.bays(0)
    lower, upper = body.row(1), body.row(0)
    for span in [(lower[0], upper[1])] if two else [upper, lower]:
        front.door(left, span, -1, 175 if two else 30)
        front.door(right, span, 1, 175 if two else 30)
    return body, front


def panel_cabinet(rng: Rng) -> tuple[Carcass, Front]:
    """An open row behind a low panel, above a row of doors."""
    body = carcass(rng, (1.5 * about(rng), 1, 0.47 * about(rng)))
    front = Front(rng, body)
    body.depths = [body.lid_drop + body.clear / 2 * about(rng)]
    body.divide(int(rng.integers(0, 4)))
    body.divide(int(rng.integers(0, 4)))
    bottom, top = body.row(0)
    front.panel(
        (-body.inside / 2, body.inside / 2),
        (bottom - body.shelf, bottom + (top - bottom) / 2 * about(rng)),
    )
    for number, bay in enumerate(body.bays(1)):
        front.door(bay, body.row(1), 1 if number % 2 else -1)
    return body, front


def multi_drawer_cabinet(rng: Rng) -> tuple[Carcass, Front]:
    """A chest of drawers, one above the other."""
    x, y, z = _typical(rng)
    many = rng.random() < 0.2
    number = int(rng.integers(6, 11)) if many else int(rng.integers(2, 5))
    height = max(y, (0.2 if many else 0.3) * x * (number + 1) * about(rng))
    body = carcass(rng, (x, height, z))
    front = Front(rng, body, shut=0.4)
    body.shelf = min(body.shelf, 0.1 * body.clear / (number + 1))
    _even_shelves(rng, body, number)
    for index in range(number + 1):
        body.divide(0)
        front.drawer(body.bays(index)[0], body.row(index))
    return body, front


def multi_layer_wardrobe(rng: Rng) -> tuple[Carcass, Front]:
    """Doors above tall doors, and open rows at the bottom."""
    body = carcass(rng, (1, 1.5 * about(rng), 0.55 * about(rng)))
    front = Front(rng, body)
    lower = int(rng.integers(1, 4))  # open rows
    high, middle = body.clear / 4 * about(rng), body.clear / 2 * about(rng)
    rest = body.clear - high - middle
    start = body.lid_drop + high
    body.depths = [start, *(start + middle + k * rest / lower for k in range(lower))]
    body.divide(int(rng.integers(0, 4)))
    body.divide(int(rng.integers(1, 4)))
    for _ in range(lower - 1):
        body.divide(0)  # the format cannot fit dividers between shelves at unequal steps
    body.divide(int(rng.integers(0, 3)))
    for index in (0, 1):
        bays = body.bays(index)
        for number, bay in enumerate(bays):
            hinge = int(rng.choice([-1, 1]))
            outer = index == 0 and number == (0 if hinge < 0 else len(bays) - 1)
            front.door(bay, body.row(index), hinge, 175 if outer else 88)
            if index == 1 and not front.shut:
                body.shelves(bay, body.row(1), int(rng.integers(0, 4)))
    return body, front


def bookcase(rng: Rng) -> tuple[Carcass, Front]:
    """Sliding doors before shelves above and below a row of panels."""
    body = carcass(rng, (1, 1.5 * about(rng), 0.4 * about(rng)), recess=0.03)
    front = Front(rng, body)
    front.door_thickness = min(front.door_thickness, 0.6 * (body.front - body.divider_depth / 2))
    high, middle = body.clear * 3 / 7 * about(rng), body.clear / 7 * about(rng)
    body.depths = [body.lid_drop + high, body.lid_drop + high + middle]
    body.divide(1)
    body.divide(int(rng.integers(0, 4)))
    body.divide(int(rng.choice([1, 3])))
    for bay in body.bays(1):
        front.panel(bay, body.row(1))
    half = body.inside / 2
    for index in (0, 2):
        number = int(rng.integers(0, 4))
        for bay in body.bays(index):
            body.shelves(bay, body.row(index), number)
        low, top = body.row(index)
        tiers = [(low, top)]
        if rng.random() < 0.4:
            tiers = [((low + top) / 2, top), (low, (low + top) / 2)]
        for span in tiers:
            front.sliding((-half, 0), span, -1)
            front.sliding((0, half), span, 1)
    return body, front


def drinking_machine(rng: Rng) -> tuple[Carcass, Front]:
    """A tall narrow body: a door, an open alcove, a door."""
    body = carcass(rng, (1, rng.uniform(2.6, 5.5), about(rng)))
    front = Front(rng, body)
    high, middle = body.clear * 2 / 5 * about(rng), body.clear / 5 * about(rng)
    body.depths = [body.lid_drop + high, body.lid_drop + high + middle]
    for _ in range(3):
        body.divide(0)
    bay = body.bays(0)[0]
    front.door(bay, body.row(0), -1, 175)
    front.door(bay, body.row(2), 1, 175)
    return body, front


KINDS: tuple[Kind, ...] = (
    fridge,
    transverse_cabinet,
    vertical_cabinet,
    wardrobe,
    panel_cabinet,
    multi_drawer_cabinet,
    multi_layer_wardrobe,
    bookcase,
    drinking_machine,
)


def sample(rng: Rng) -> list[Part]:
    kind = KINDS[int(rng.integers(len(KINDS)))]
    body, front = kind(rng)
    legs = [plinth(rng, body)] if kind is fridge or rng.random() < PLINTHS else []
    return [body.part(), *legs, *front.parts()]
