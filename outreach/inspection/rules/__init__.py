"""Decisions of the self-inspection: plain values in, plain values out."""
