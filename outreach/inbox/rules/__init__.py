"""Decisions of the inbox: plain values in, plain values out."""
