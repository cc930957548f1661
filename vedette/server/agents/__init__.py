"""Runs and their leases: what waits for a worker, who holds it, and until when. What a run is about is not known here."""
