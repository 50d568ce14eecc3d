"""Training of the embedded model: shards, losses, the loop."""
