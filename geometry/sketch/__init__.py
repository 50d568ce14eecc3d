"""Closed loops in a plane: what sketches of CAD parts are made of."""
