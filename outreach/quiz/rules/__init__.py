"""The rules of the contest: plain values in, plain values out."""
