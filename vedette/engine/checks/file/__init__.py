"""Values that name a file for the server to read or to include.

What proves them is the content of files that every such system has.
"""
