"""Objects of one structure as a batch: all their vertices from numbers that may be tensors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from geometry.maths import is_float, namespace
from geometry.solids.primitives import IDENTITY, Solid
from geometry.solids.surfaces import surface
from geometry.solids.tessellate import alike, numbers_of
from geometry.solids.topology import faces

_PLACE = 12  # numbers of a rotation and an offset


def vertices(solids: Sequence[Solid], segments: int = 32) -> tuple[Any, np.ndarray]:
    """All vertices (..., V, 3) and faces (F, 3) of solids whose numbers may be batched tensors.

    The structure is that of the first object of the batch: nothing is dropped or flipped, and a
    sweep given as a tensor is a partial one. Gradients flow to every number. Solids of one kind and
    structure are computed together and put in order at the end.
    """
    rows = [_numbers(solid) for solid in solids]
    tensors = [value for row in rows for value in row if not is_float(value)]
    batch = np.broadcast_shapes(*(tuple(value.shape) for value in tensors))
    library = namespace(*tensors)
    pieces: list[Any] = [None] * len(solids)
    triangles: list[Any] = [None] * len(solids)
    for (kind, shape), members in alike(solids, segments).items():
        table = _table([rows[i] for i in members], tensors, batch)
        columns = [table[..., k : k + 1] for k in range(table.shape[-1] - _PLACE)]
        local, offset = surface(kind, shape, columns), table[..., None, -3:]
        if all(solids[i].rotation is IDENTITY for i in members):
            placed = local + offset
        else:
            turn = table[..., -_PLACE:-3].reshape(*table.shape[:-1], 3, 3)
            placed = local @ turn.swapaxes(-1, -2) + offset
        for row, index in enumerate(members):
            pieces[index] = placed[..., row, :, :]
            triangles[index] = faces(kind, shape)  # type: ignore[arg-type]  # a class is hashable
    starts = np.cumsum([0, *(piece.shape[-2] for piece in pieces[:-1])])
    moved = [own + start for own, start in zip(triangles, starts, strict=True)]
    return library.concatenate(pieces, -2), np.concatenate(moved)


def _numbers(solid: Solid) -> list[Any]:
    turns = [value for row in solid.rotation for value in row]
    return numbers_of(solid) + turns + list(solid.offset)


def _table(rows: list[list[Any]], tensors: list[Any], batch: tuple[int, ...]) -> Any:
    """The numbers of equal solids as one array (..., solids, numbers), of the tensors' type."""
    library = namespace(*tensors)
    values = [value for row in rows for value in row]
    varying = [k for k, value in enumerate(values) if not is_float(value)]
    fixed = np.array([value if is_float(value) else 0.0 for value in values], dtype=float)
    if tensors and library is not np:
        fixed = library.as_tensor(fixed, dtype=tensors[0].dtype, device=tensors[0].device)
    table = library.broadcast_to(fixed, (*batch, len(values)))
    if varying:
        spread = [library.broadcast_to(values[k], batch) for k in varying]
        places = np.arange(len(values))
        places[varying] = len(values) + np.arange(len(varying))
        table = library.concatenate((table, library.stack(spread, -1)), -1)[..., places]
    return table.reshape(*batch, len(rows), -1)
