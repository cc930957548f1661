"""Checks of cookies as they are set: their flags and how far they travel.

Each reads `Set-Cookie` headers only; none sends a request.
"""
