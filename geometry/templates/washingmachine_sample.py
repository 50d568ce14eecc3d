"""Draws new ones."""
