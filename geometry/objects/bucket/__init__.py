"""Buckets: the templates in the format's order, and the sampler."""

from __future__ import annotations

from geometry.objects.bucket.sample import sample
from geometry.objects.bucket.templates import (
    Curved_Handle,
    Cylindrical_Body,
    Flat_U_Handle,
    Prismatic_Body,
    Round_U_Handle,
    Single_Cylinder,
    Trifold_Handle,
)
from geometry.schema.template import Category

BUCKET = Category(
    "Bucket",
    [
        Cylindrical_Body,
        Prismatic_Body,
        Single_Cylinder,
        Curved_Handle,
        Trifold_Handle,
        Round_U_Handle,
        Flat_U_Handle,
    ],
    sampler=sample,
    fixed=("body",),
)
