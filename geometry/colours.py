"""One colour per part, the same in figures, pictures and exported files."""

import colorsys

import trimesh

Colour = tuple[int, int, int]

PALETTE: tuple[Colour, ...] = (
    (76, 120, 168),  # blue
    (242, 142, 43),  # orange
    (89, 161, 79),  # green
    (214, 84, 86),  # red
    (108, 183, 178),  # teal
    (230, 192, 66),  # yellow
    (168, 118, 162),  # purple
    (156, 117, 95),  # brown
    (248, 157, 167),  # pink
    (107, 110, 207),  # indigo
    (140, 162, 82),  # olive
    (164, 164, 164),  # grey
)
#: Steps of the hue by this fraction of the circle never come close together.
_GOLDEN_RATIO = 0.618034


def part_colour(index: int) -> Colour:
    """The colour (0…255) of the part with this index; past the palette, new hues without end."""
    if index < len(PALETTE):
        return PALETTE[index]
    red, green, blue = colorsys.hsv_to_rgb(index * _GOLDEN_RATIO % 1, 0.55, 0.8)
    return round(255 * red), round(255 * green), round(255 * blue)


def scene_parts(scene: trimesh.Scene) -> list[tuple[str, trimesh.Trimesh]]:
    """The named parts of a scene, each in the scene's frame, in the order of the code."""
    found = []
    for name in scene.graph.nodes_geometry:
        transform, geometry_name = scene.graph[name]
        solid = scene.geometry[geometry_name].copy()
        found.append((name, solid.apply_transform(transform)))
    return found
