"""Picture to code: schema-bound models that answer with parametric parts."""

__version__ = "0.2.0"
