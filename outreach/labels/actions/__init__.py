"""Writes of the registry. Each takes a session and plain values, knows no Flask and never commits."""
