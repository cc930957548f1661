"""Writes of the scans room, by what they are about."""
