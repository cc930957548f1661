"""Checks of answers that tell more than they should: errors, versions, paths, listings, source.

All are passive. Secrets have a family of their own.
"""
