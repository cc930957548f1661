"""Checks of input that becomes markup or script in a page.

A claim needs an element, attribute or statement of ours in the parsed answer, under a random name.
"""
