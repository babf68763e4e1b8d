"""Reads of the county registry. Each takes plain values, answers from memory, and knows no Flask."""
