"""The registry's staff pages: the list, one record, corrections, states, makers, imports."""
