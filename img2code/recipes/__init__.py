"""Data-set pipelines: a YAML recipe, checked whole before anything runs, row by row, continued.

A step is a function with a typed config (`registry.step`); `run.run` works through a recipe's.
"""
