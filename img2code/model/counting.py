"""How many buttons, burners, panes or legs: a second look, at the part that has them alone.

The network that writes codes sees the whole object at 224 pixels and takes numbers of pieces for
what is usual. Where a guess has put a part, this one looks at the picture's own pixels.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional

import geometry
from geometry.program import Program
from geometry.view import view_of
from img2code import framing
from img2code.atomic import atomic_path
from img2code.fit.camera import FOCAL, framed, turned
from img2code.framing import Pixels
from img2code.model import guesses
from img2code.model.decode import Encoded
from img2code.model.net import Net, prepare
from img2code.model.vocabulary import Vocabulary

#: The weights that the project ships.
SHIPPED = Path(__file__).parent / "weights" / "counting.safetensors"
#: Pixels of the square around a part, and the fraction of it that the part takes.
SIDE, FILL = 192, 0.75
MOST = 12  # pieces that are counted
CHANNELS = (24, 48, 96, 160)  # at strides 2, 4, 8 and 16
_WIDTH, _NARROW = 256, 32
_SEGMENTS = 8  # of round parts, of which only the box is looked for
#: What the network's own opinion of a number counts beside that of the closer look.
OWN = 0.08


@dataclass(frozen=True)
class Kind:
    """What is counted: the number that a parameter of a template is."""

    category: str
    template: str
    parameter: str


#: Parameters that say how many pieces like each other a part has.
PARAMETERS = frozenset({
    "num_burners", "num_buttons", "num_legs", "number_of_door", "number_of_drawer",
    "number_of_legs", "number_of_sub_legs", "number_of_subs", "number_of_switch",
    "number_of_window",
})  # fmt: skip


def kinds(categories: Sequence[str]) -> list[Kind]:
    """What is counted of some categories."""
    return [
        Kind(category, name, parameter.name)
        for category in categories
        for name, template in geometry.templates(category).items()
        for parameter in template.parameters
        if parameter.kinds == ("count",) and parameter.name in PARAMETERS
    ]


class _Convolution(nn.Module):
    """3 x 3, normalised; with a residual where nothing changes its size."""

    def __init__(self, inside: int, outside: int, stride: int = 1) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(inside, outside, 3, stride, 1, bias=False)
        self.norm = nn.BatchNorm2d(outside)
        self.residual = inside == outside and stride == 1

    def forward(self, x: Tensor) -> Tensor:
        y = functional.relu(self.norm(self.convolution(x)))
        return x + y if self.residual else y


class Counter(nn.Module):
    """Pictures of parts (B, 3, SIDE, SIDE), normalised, to logits (B, K, MOST) of every kind.

    On the way it marks the middle of each piece, which is what it learns to count by.
    """

    def __init__(self, kinds: Sequence[Kind]) -> None:
        super().__init__()
        self.kinds = tuple(kinds)
        first, second, third, last = CHANNELS
        self.near = nn.Sequential(
            _Convolution(3, first, 2), _Convolution(first, second, 2), _Convolution(second, second)
        )
        self.middle = nn.Sequential(
            _Convolution(second, third, 2), _Convolution(third, third), _Convolution(third, third)
        )
        self.far = nn.Sequential(
            _Convolution(third, last, 2), _Convolution(last, last), _Convolution(last, last)
        )
        self.narrow = nn.ModuleList(nn.Conv2d(c, _NARROW, 1) for c in (second, third, last))
        self.mark = nn.Sequential(_Convolution(_NARROW, _NARROW), nn.Conv2d(_NARROW, 1, 1))
        self.whole = nn.Linear(2 * last + 2, _WIDTH)
        self.numbers = nn.Linear(_WIDTH, len(self.kinds) * MOST)

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Also logits (B, SIDE / 4, SIDE / 4) of a piece's middle at each place."""
        near = self.near(pictures)
        middle = self.middle(near)
        far = self.far(middle)
        size = near.shape[2:]
        first, *others = (f(x) for f, x in zip(self.narrow, (near, middle, far), strict=True))
        for other in others:
            first = first + functional.interpolate(other, size=size, mode="bilinear")
        marks = self.mark(functional.relu(first)).float()
        there = marks.sigmoid()
        peaks = there * (there == functional.max_pool2d(there, 3, 1, 1))
        far = far.float()
        seen = (far.mean((2, 3)), far.amax((2, 3)), there.sum((2, 3)), peaks.sum((2, 3)))
        y = functional.gelu(self.whole(torch.cat(seen, 1)))
        return self.numbers(y).unflatten(-1, (-1, MOST)), marks[:, 0]

    def scores(self, pictures: np.ndarray) -> Tensor:
        """(B, SIDE, SIDE, 3) uint8 to log-probabilities (B, K, MOST) of 0 to MOST - 1 pieces."""
        with torch.inference_mode():
            x = prepare(pictures).to(self.whole.weight.device)
            numbers, _ = self(x)
            scores: Tensor = numbers.log_softmax(-1).cpu()
            return scores


def box_of(seen: np.ndarray) -> Pixels:
    """Around points (V, 2 or more) as `Camera.project` gives them."""
    low, high = seen[:, :2].min(0).tolist(), seen[:, :2].max(0).tolist()
    return low[0], low[1], high[0], high[1]


def other_counts(
    counter: Counter,
    net: Net,
    vocabulary: Vocabulary,
    picture: Image.Image,
    box: Pixels,
    encoded: Encoded,
    program: Program,
) -> dict[tuple[int, int], int]:
    """Counts of a guess that a look at its parts makes others: bins, as `decode.Known` has them.

    box: of the object, in pixels. encoded: the object as the network that wrote the guess sees it;
    what it thinks of the number counts too.
    """
    known = {
        (kind.template, kind.parameter): n
        for n, kind in enumerate(counter.kinds)
        if kind.category == program.category.name
    }
    if not any(part.template.name == template for part in program.parts for template, _ in known):
        return {}
    seen, colour = _seen(program, box, picture.width), framing.border_colour(picture)
    changed = {}
    for spot, own in guesses.scored(net, vocabulary, encoded, program):
        part = program.parts[spot.part]
        kind = known.get((part.template.name, spot.parameter))
        if kind is None or not len(seen[spot.part]):
            continue
        square = framing.around(box_of(seen[spot.part]), FILL)
        looked = np.asarray(framing.cut(picture, square, SIDE, colour))
        bins = np.flatnonzero(vocabulary.attainable[spot.row])
        values = vocabulary.values[spot.row, bins]
        whole = (values == values.round()) & (values < MOST)  # some bins stand between two counts
        bins, numbers = bins[whole], values[whole].astype(int)
        total = counter.scores(looked[None])[0, kind, numbers] + OWN * own[bins]
        best = int(total.argmax())
        if numbers[best] != round(part.parameters[spot.parameter][0]):
            changed[spot.row, spot.repeat] = int(bins[best])
    return changed


def _seen(program: Program, box: Pixels, side: int) -> list[np.ndarray]:
    """Of every part its points (V, 3) in a picture in which the object fills the box."""
    none = [np.zeros((0, 3))]
    points = [
        np.concatenate([mesh[0] for mesh in meshes if mesh is not None] or none)
        for meshes in program.meshes(_SEGMENTS)
    ]
    posed = turned(np.concatenate(points), view_of(program.pose.rotation))
    camera = framed(posed, box, side, FOCAL)
    return np.split(camera.project(posed, side), np.cumsum([len(own) for own in points])[:-1])


def save(counter: Counter, path: Path) -> None:
    """Writes the weights atomically, in half precision."""
    state = {
        name: (value.half() if value.is_floating_point() else value).contiguous()
        for name, value in counter.state_dict().items()
    }
    named = [[each.category, each.template, each.parameter] for each in counter.kinds]
    with atomic_path(path) as temporary:
        save_file(state, temporary, {"kinds": json.dumps(named)})


def load(path: Path = SHIPPED, device: str | torch.device = "cpu") -> Counter:
    """The network with its weights, ready to count."""
    with safe_open(path, "pt") as file:
        named = json.loads(file.metadata()["kinds"])
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    counter = Counter([Kind(*each) for each in named])
    counter.load_state_dict(tensors)
    counter.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return counter.to(device).eval().requires_grad_(False)
