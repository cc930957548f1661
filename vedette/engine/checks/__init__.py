"""One check, one self-describing file, in family folders. The catalogue finds them by walking this package.

A check gets a probe and returns what it found; it never opens a connection, stores or logs.
"""
