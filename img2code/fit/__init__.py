"""Fits a code to its picture: view, camera and numbers, until the one lies on the other."""
