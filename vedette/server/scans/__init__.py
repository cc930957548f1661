"""Scans: profiles, the life cycle, building a job, committing what a worker reports."""
