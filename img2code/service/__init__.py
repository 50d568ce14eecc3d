"""HTTP in front of a reconstructor: a queue, predictions, streams, meshes, health, metrics."""
