"""Checks of what travels without encryption.

None sends a request; TLS itself has a family of its own.
"""
