"""What the embedded model is: its sizes, in one frozen value that is saved beside the weights.

The shipped weights were made on two CPU cores, without a GPU, by

    python -m img2code.model.data --out data/train --objects 2000      # some 30 minutes
    python -m img2code.model.train --data data/train --out runs/all --minutes 42 \
        --start img2code/model/weights/embedded.safetensors

from the weights of an earlier run on six categories, with a first stage on sixteen (160,000
pictures, about 120,000 examples seen in the last stage). What they reach is in the README; `LOG.md`
tells how the runs went. The same commands use a GPU.
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
    size: int = 192  # pixels, square
    width: int = 192
    layers: int = 3
    heads: int = 6
    frozen: int = 3  # stages of the encoder that are not trained

    def as_dict(self) -> dict[str, object]:
        return asdict(self)
