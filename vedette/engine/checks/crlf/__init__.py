"""Checks of line breaks that reach the response head."""
