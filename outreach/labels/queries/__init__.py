"""Reads of the registry. Each takes a session and plain values and knows no Flask."""
