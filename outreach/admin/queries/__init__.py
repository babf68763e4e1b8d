"""Reads of the back office: the audit log, jobs, and what waits."""
