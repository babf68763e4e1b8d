"""What every slice stands on. Nothing here knows a slice."""
