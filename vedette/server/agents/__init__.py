"""Runs and their leases: what waits for a worker, who holds it, and until when; not what a run is about."""
