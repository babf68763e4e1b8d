"""What is written: one transaction each, committed by the caller."""
