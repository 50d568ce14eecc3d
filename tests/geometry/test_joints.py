"""Joints of every category: each template has a decision, all joints are sound, hinges near."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import trimesh

import geometry
from geometry.articulation import Link, articulate, joint_matrix, motion
from geometry.program import find_category
from geometry.schema.joint import Joint, hinge, slide, spin
from geometry.solids.tessellate import tessellate

CATEGORIES = geometry.categories()
SEEDS = range(60)


def sampled(category: str) -> list[list[Link]]:
    return [articulate(geometry.sample(category, np.random.default_rng(seed))) for seed in SEEDS]


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_template_has_a_decision(category: str) -> None:
    kind = find_category(category)
    roles = {template.role for template in kind.templates.values()}
    assert roles >= {*kind.fixed, *kind.carried, *kind.carried.values()}
    assert not set(kind.fixed) & set(kind.carried)
    for name, template in kind.templates.items():
        rests = template.role in kind.fixed
        moves = template.joints is not None or template.role in kind.carried
        assert moves != rests, f"{name}: joints, or a role that is fixed or carried"


@pytest.mark.parametrize("category", CATEGORIES)
def test_links_form_a_tree_and_hold_every_solid_once(category: str) -> None:
    for seed, links in zip(SEEDS, sampled(category), strict=True):
        code = geometry.sample(category, np.random.default_rng(seed))
        names = [link.name for link in links]
        assert len(set(names)) == len(names)
        assert links[0].joint is None
        assert all(0 <= link.parent < number for number, link in enumerate(links) if number)
        solids = sum(len(link.members) for link in links)
        wanted = sum(
            len(geometry.templates(category)[p["template"]].solids(p["parameters"]))
            for p in code["conceptualization"]
        )
        assert solids == wanted


@pytest.mark.parametrize("category", CATEGORIES)
def test_joints_are_sound(category: str) -> None:
    """Unit axes, finite pivots, limits around 0, leaders that exist, something that moves."""
    for links in sampled(category):
        names = {link.name for link in links}
        carrying = {link.parent for link in links}
        for index, link in enumerate(links[1:], 1):
            joint = link.joint
            assert joint is not None
            assert np.linalg.norm(joint.axis) == pytest.approx(1)
            assert np.isfinite(joint.pivot).all()
            low, high = joint.limits
            assert low <= 0 <= high
            assert low < high, f"{link.name} cannot move"
            assert high - low <= (360 if joint.kind != "prismatic" else 10), link.name
            assert joint.follows is None or joint.follows[0] in names
            assert link.members or index in carrying, f"{link.name} moves nothing"


def surface(members: Any) -> trimesh.Trimesh:
    pieces = tessellate([solid for _, solid in members], 12)
    return trimesh.util.concatenate(
        [trimesh.Trimesh(points, faces, process=False) for points, faces in pieces]
    )


@pytest.mark.parametrize("category", CATEGORIES)
def test_hinges_pass_near_what_they_turn(category: str) -> None:
    """The axis of a hinge goes through, or close by, the box of the solids that it moves."""
    for links in sampled(category)[:20]:
        carrying = {link.parent for link in links}
        for index, link in enumerate(links[1:], 1):
            if link.joint.kind == "prismatic" or index in carrying or not link.members:
                continue
            low, high = surface(link.members).bounds
            size = float(np.linalg.norm(high - low))
            axis, pivot = np.array(link.joint.axis), np.array(link.joint.pivot)
            along = np.linspace(-20, 20, 4001)[:, None] * size * 0.1 * axis + pivot
            off = np.linalg.norm(along - np.clip(along, low, high), axis=1).min()
            assert off < 0.35 * size, f"{link.name}: {off / size:.2f} of its size away"


def test_a_turn_and_a_slide_move_points_as_they_say() -> None:
    door = hinge((0, 2, 0), (1, 0, 0), (0, 90))
    assert (joint_matrix(door, 90) @ [2, 5, 0, 1]) == pytest.approx([1, 5, -1, 1])
    drawer = slide((0, 0, 1), (0, 0.5))
    assert (joint_matrix(drawer, 0.4) @ [1, 1, 1, 1]) == pytest.approx([1, 1, 1.4, 1])


def test_limits_hold_and_followers_follow() -> None:
    leader = Joint("revolute", (0, 1, 0), (0, 0, 0), (-10, 30), name="a")
    follower = Joint("revolute", (0, 1, 0), (0, 0, 0), (-60, 20), name="b", follows=("a", -2))
    links = [Link("base", ()), Link("a", (), 0, leader), Link("b", (), 0, follower)]
    assert motion(links, {"a": 90})[1] == pytest.approx(joint_matrix(leader, 30))
    assert motion(links, {"a": 5})[2] == pytest.approx(joint_matrix(follower, -10))
    with pytest.raises(KeyError, match="no joint 'c'; there are: a, b"):
        motion(links, {"c": 1})


def test_a_carried_link_moves_with_its_carrier() -> None:
    leaf, lever = spin((0, 1, 0), (0, 0, 0)), hinge((0, 0, 1), (1, 0, 0), (-45, 45))
    links = [Link("base", ()), Link("leaf", (), 0, leaf), Link("lever", (), 1, lever)]
    named = [links[0]] + [
        Link(link.name, (), link.parent, Joint(**{**vars(link.joint), "name": link.name}))
        for link in links[1:]
    ]
    matrix = motion(named, {"leaf": 90, "lever": 45})[2]
    assert matrix @ [1, 0, 0, 1] == pytest.approx([0, 0, -1, 1])


@pytest.mark.parametrize(("axis", "limits"), [((0, 0, 0), (0, 1)), ((0, 1, 0), (1, 2))])
def test_impossible_joints_are_refused(axis: Any, limits: Any) -> None:
    with pytest.raises(ValueError, match="a joint with axis"):
        Joint("revolute", axis, (0, 0, 0), limits)
