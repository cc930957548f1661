"""Writes of findings, by what they follow from: `observe` (a scan proved a flaw), `recheck` (a scan tested a known one
again), `triage` (a person decided), `counts` (the totals that all of them keep)."""
