"""Decisions of the registry as plain functions of plain values: grading, numbers, names of makers."""
