"""Scores of a back end on pictures whose codes are known."""
