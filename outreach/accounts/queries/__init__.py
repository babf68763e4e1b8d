"""Reading accounts and sessions."""
