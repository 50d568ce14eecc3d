"""Functions on CadQuery solids whose text the exported scripts carry."""
