"""What the embedded model is: its sizes, in one frozen value that is saved beside the weights.

The shipped weights were made on two CPU cores, without a GPU, in five steps, each from the weights
of the one before: 42 minutes and 95 minutes on pictures of 144 pixels, 68 minutes on 94,000 of 192,
75 minutes on 80,000 of 224 that the objects nearly fill, and

    python -m img2code.model.training.shards --out data/close --first 510 --objects 500
    python -m img2code.model.training.loop --data data/close --out runs/fresh --minutes 70 \
        --start img2code/model/weights/embedded.safetensors

(some 15 minutes for the pictures) on those 80,000, these 32,000 and 34,000 more of the weakest
categories. What is shipped is the average of these weights (60 %) and of those before (40 %), by
`img2code.model.training.average`. What it reaches is in docs/results.md; `LOG.md` tells how the
runs went. The same commands use a GPU where there is one.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Config:
    """Sizes of the network; everything else derives from the registry and the statistics.

    The encoder is EfficientNet-Lite0 (Tan & Le 2019, ImageNet weights, Apache-2.0) with its
    normalisation folded into the convolutions. Its stem and first three stages stay as they are
    (`frozen`), so training keeps their features instead of pictures; the rest is trained.
    """

    categories: tuple[str, ...]
    size: int = 224  # pixels, square
    width: int = 192
    layers: int = 3
    heads: int = 6
    frozen: int = 3  # stages of the encoder that are not trained

    def as_dict(self) -> dict[str, object]:
        return asdict(self)
