"""The embedded model: rendered pictures, a small network, training and evaluation."""
