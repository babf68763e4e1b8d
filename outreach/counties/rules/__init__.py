"""Decisions of the county registry as plain functions of plain values: states, dates, names, who is meant."""
