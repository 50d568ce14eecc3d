"""New kettles: rounded or conical, with a spout in front, a handle behind, a bail, or both.

How large a kettle is cannot be seen in a picture, so every body is brought to the same diagonal.
"""

import numpy as np

from geometry.objects.kettle.sample_body import sample_body, sample_cover
from geometry.objects.kettle.sample_handle import sample_bail, sample_handle
from geometry.objects.kettle.sample_spout import sample_spout
from geometry.schema.template import Part


def sample(rng: np.random.Generator) -> list[Part]:
    body = sample_body(rng)
    cover = sample_cover(rng, body)
    spout = sample_spout(rng, body)
    parts = [body.part, cover.part, spout.part]
    grips = rng.choice(["handle", "bail", "both"], p=[0.36, 0.3, 0.34])
    if grips != "bail":
        parts.append(sample_handle(rng, body))
    if grips != "handle":
        parts.append(sample_bail(rng, body, cover, spout.root_top, alone=grips == "bail"))
    return parts
