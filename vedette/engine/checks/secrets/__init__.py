"""Checks of answers that hold keys, tokens or passwords.

Each candidate is tested for form, checksum, entropy and placeholders before it is reported.
"""
