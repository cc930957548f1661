"""The words shared by all: jobs, events, batches, findings, verdicts.

Standard library only. Everybody may import this package; it imports nobody. No behaviour beyond reading and
writing its own records lives here.
"""
