"""LDAP injection: values that become part of a directory search filter.

Only checks and the small directory of their examples live here; nothing connects to a directory.
"""
