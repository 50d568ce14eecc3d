"""Measures which faces of parts meet in sampled objects and writes geometry/contact_table.py.

python tools/contact_table.py [--write]; without it, prints the table. A contact is an upper face
of one template against a lower one of another, along one axis, that coincide in all objects with
both.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from itertools import permutations, product
from pathlib import Path

import numpy as np

import geometry
from geometry import contacts
from geometry.contacts import Contact
from geometry.program import parse

OBJECTS = 200  # of each category
#: Faces within this fraction of the object's size along the axis coincide.
SAME = 2e-3
#: In so many of the objects with both templates, and of the parts with the second one.
SHARE = 0.99
#: Pairs of templates that fewer objects have are left out.
FEWEST = 15
#: Solids whose faces are looked at: the whole part, then the first and the last ones.
WHICH = (None, 0, -1, 1, -2)
Faces = dict[int | None, contacts.Box]
TABLE = Path(__file__).parents[1] / "geometry" / "contact_table.py"
HEAD = '''"""Which faces of templates meet in sampled objects; tools/contact_table.py writes this.

Rows are the fields of `geometry.contacts.Contact`: carrier, carried, axis, side, on, of.
"""

from __future__ import annotations

Row = tuple[str, str, int, int, int | None, int | None]

CONTACTS: dict[str, tuple[Row, ...]] = {
'''


def measured(category: str, objects: int = OBJECTS) -> list[Contact]:
    """The contacts of a category: one at most for a pair of templates and an axis.

    Of the two the one that the category lists first carries the other.
    """
    met: Counter[Contact] = Counter()
    seen: Counter[tuple[str, str]] = Counter()
    for seed in range(objects):
        program = parse(geometry.sample(category, np.random.default_rng(seed)))
        places = contacts.boxes(program)
        whole = np.concatenate(places)
        size = np.nanmax(whole[:, 1], axis=0) - np.nanmin(whole[:, 0], axis=0)
        faces = [_faces(solids) for solids in places]
        templates = [part.template.name for part in program.parts]
        for carrier, carried in _ordered(category, templates):
            seen[carrier, carried] += templates.count(carried)
            for own in (faces[k] for k, name in enumerate(templates) if name == carried):
                others = [faces[k] for k, name in enumerate(templates) if name == carrier]
                met.update(_meeting(carrier, carried, others, own, size))
    enough = [
        contact
        for contact, count in met.items()
        if seen[contact.carrier, contact.carried] >= FEWEST
        and count >= SHARE * seen[contact.carrier, contact.carried]
    ]
    best: dict[tuple[str, str, int, int], Contact] = {}
    for contact in sorted(enough, key=_plainness):
        best.setdefault((contact.carrier, contact.carried, contact.axis, contact.side), contact)
    between = {key for key in best if (*key[:3], -key[3]) in best}  # moving it opens the other side
    rank = list(geometry.templates(category))
    return sorted(
        (contact for key, contact in best.items() if key not in between),
        key=lambda c: (rank.index(c.carrier), rank.index(c.carried), c.axis, c.side),
    )


def _ordered(category: str, templates: list[str]) -> Iterator[tuple[str, str]]:
    rank = list(geometry.templates(category))
    for one, other in permutations(dict.fromkeys(templates), 2):
        if rank.index(one) < rank.index(other):
            yield one, other


def _plainness(contact: Contact) -> tuple[int, int]:
    return WHICH.index(contact.on), WHICH.index(contact.of)


def _meeting(
    carrier: str, carried: str, others: list[Faces], own: Faces, size: np.ndarray
) -> set[Contact]:
    """The contacts of one part with any of the others."""
    found = set()
    for other, axis, side in product(others, range(3), (1, -1)):
        for (on, one), (of, two) in product(other.items(), own.items()):
            gap = contacts.between(one, two, axis, side)
            if gap is not None and abs(gap) <= SAME * size[axis]:
                found.add(Contact(carrier, carried, axis, side, on, of))
    return found


def _faces(solids: np.ndarray) -> Faces:
    found = {which: contacts.face_box(solids, which) for which in WHICH}
    return {which: box for which, box in found.items() if box is not None}


def text(category: str, found: list[Contact]) -> str:
    """The lines of the table for a category."""
    rows = [
        f'        ("{c.carrier}", "{c.carried}", {c.axis}, {c.side}, {c.on}, {c.of}),\n'
        for c in found
    ]
    return f'    "{category}": (\n{"".join(rows)}    ),\n'


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--objects", type=int, default=OBJECTS)
    parser.add_argument("--write", action="store_true", help=f"write {TABLE.name}")
    options = parser.parse_args()
    lines = []
    for category in geometry.categories():
        found = measured(category, options.objects)
        if found:
            lines.append(text(category, found))
            print(lines[-1], end="", flush=True)
    if options.write:
        TABLE.write_text(HEAD + "".join(lines) + "}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
