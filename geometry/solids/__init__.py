"""Solids as values, and their triangles."""
