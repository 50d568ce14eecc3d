"""What is known of each number of a code: typical value, range, and 1024 quantile bins."""

from stats.quantiles import BINS, Quantiles
from stats.tokens import FIRST, LAST, PADDING, SHIPPED, Statistics, read_checkpoint

number = SHIPPED.number
edges = SHIPPED.edges
to_token = SHIPPED.to_token
from_token = SHIPPED.from_token
encode_many = SHIPPED.encode_many
decode_many = SHIPPED.decode_many
encode = SHIPPED.encode
decode = SHIPPED.decode
typical = SHIPPED.typical

__all__ = [
    "BINS",
    "FIRST",
    "LAST",
    "PADDING",
    "SHIPPED",
    "Quantiles",
    "Statistics",
    "decode",
    "decode_many",
    "edges",
    "encode",
    "encode_many",
    "from_token",
    "number",
    "read_checkpoint",
    "to_token",
    "typical",
]
