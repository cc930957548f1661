"""Checks of files that should not be served: repositories, settings, copies, status pages.

Each file needs a content signature, and a random sibling in the same folder that does not have it.
"""
