"""Measurements: ``python -m bench`` compares the catalogue with two baselines on the same generated register."""
