"""Redirections that a value can send anywhere.

Where a browser would go is worked out by `parse/urls.py`; nothing follows a redirection here.
"""
