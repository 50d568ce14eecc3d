"""Everyday tables and desks."""
