"""Picture to code: schema-bound models that answer with parametric parts."""
