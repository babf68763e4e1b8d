"""What is written of letters. Nothing here commits."""
