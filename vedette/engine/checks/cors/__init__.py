"""Checks of what other sites may read through cross-origin requests.

Each proves its claim with origins that nobody owns.
"""
