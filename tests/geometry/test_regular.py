"""Regular solids: what their numbers promise is what measuring every triangle finds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import trimesh
from hypothesis import example, given, settings
from hypothesis import strategies as st

from geometry.solids.batch import vertices
from geometry.solids.primitives import Cuboid, Cylinder, RectangularRing, Ring, Solid
from geometry.solids.tessellate import numbers_of, tessellate
from geometry.solids.well_formed import regular

lengths = st.floats(0.01, 3) | st.floats(-0.2, 1) | st.sampled_from([0.0, 1.0, 1.0001, 1e-5])
#: Mostly what a template writes: the same length twice, no shift.
shifts = st.just(0.0) | st.floats(-1, 1)


def optional(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


pairs = st.tuples(shifts, shifts)
solids = st.one_of(
    st.builds(Cuboid, lengths, *[lengths] * 4, pairs, optional(lengths)),
    st.builds(Cylinder, lengths, lengths, *[optional(lengths)] * 3, st.booleans(), st.booleans()),
    st.builds(
        RectangularRing,
        lengths,
        *[lengths] * 4,
        pairs,
        *[optional(lengths)] * 5,
        top_bottom_offset=pairs,
    ),
    st.builds(
        Ring,
        lengths,
        lengths,
        lengths,
        st.just(360.0) | st.floats(-360, 360),
        *[optional(lengths)] * 3,
        shifts,
        st.just(1.0) | lengths,
        st.none() | lengths,
        st.just((0.0, 0.0)) | pairs,
    ),
)


@settings(max_examples=1500, deadline=None)
@given(solids, st.sampled_from([3, 8, 32, 64]))
@example(Cuboid(1e-130, 1e-130, 1e-130), 8)  # whose volume is 0 in floating point
def test_regular_solids_need_no_mending(solid: Solid, segments: int) -> None:
    if not regular(type(solid), [numbers_of(solid)]):
        return
    points, faces = vertices([solid], segments)
    mesh = trimesh.Trimesh(points, faces, process=False)
    assert mesh.is_watertight
    assert mesh.is_winding_consistent
    assert mesh.volume > 0
    assert mesh.area_faces.min() > 1e-9 * mesh.area_faces.max()


@pytest.mark.parametrize(
    "solid",
    [
        Cuboid(1, 2, 3),
        Cuboid(1, 2, 3, 2, 2, (0.2, 0)),
        Cuboid(1, 2, 3, back_height=1.5),
        Cylinder(1, 2, is_half=True),
        RectangularRing(1, 2, 2, 1, 1),
        Ring(1, 2, 1, 90),
    ],
)
def test_everyday_solids_are_regular(solid: Solid) -> None:
    """Otherwise nothing would be saved, and the test above would assert nothing."""
    assert regular(type(solid), [numbers_of(solid)])


@pytest.mark.parametrize(
    "solid",
    [
        Cuboid(1, 0.0, 0.0, 2, 2),
        Cuboid(-1, 2, 3),
        Cuboid(1, 1, 1, 1, 2, back_height=3),  # three corners of a side in one line
        RectangularRing(1, 2, 2, 1, 1, (0.5, 0.0)),
        Ring(1, 1, 1.5),
        Ring(1, 2, 1, -90),
    ],
)
def test_others_are_measured(solid: Solid) -> None:
    assert not regular(type(solid), [numbers_of(solid), numbers_of(type(solid)(1, 2, 2, 1, 1))])


def test_one_that_is_not_regular_has_all_of_its_kind_measured() -> None:
    good, flat = Cuboid(1, 2, 3), Cuboid(1, 0.0, 0.0, 2, 2)
    alone = [tessellate([solid])[0] for solid in (good, flat)]
    for (points, faces), (own, triangles) in zip(tessellate([good, flat]), alone, strict=True):
        assert np.array_equal(points, own)
        assert np.array_equal(faces, triangles)
    assert len(alone[1][0]) == 5
