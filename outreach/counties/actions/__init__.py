"""Writes of the county registry. Nothing here commits."""
