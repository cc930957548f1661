"""What to fetch next and what a page is: frontier, page identity, traps, harm, log-in.

Decides; the scan fetches. Used by `scan` only.
"""
