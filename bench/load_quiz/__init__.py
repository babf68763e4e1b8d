"""The contest under load: real server processes, PostgreSQL and Redis of their own, participants over HTTP."""
