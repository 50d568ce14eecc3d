"""Samples faucets."""
