"""Checks of response headers that are missing or weak."""
