"""Writing accounts and sessions; every change that somebody must answer for stands in the audit log."""
