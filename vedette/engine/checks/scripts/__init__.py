"""Checks of the scripts and styles that pages load from elsewhere.

None sends a request.
"""
