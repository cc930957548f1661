"""Values that a site runs as code of its own language.

The interpreters of the examples know a few words of a language and run nothing.
"""
