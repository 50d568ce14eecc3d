"""How alike two objects are: in their own frames, and aligned."""
