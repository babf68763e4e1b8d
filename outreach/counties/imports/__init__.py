"""Files that people hand in, read into typed rows: batch lists and scoring tables."""
