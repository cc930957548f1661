"""Writers of report files: each takes a collector and gives text. They never ask the engine anything.

Everything that a scanned site returned is hostile here: writers escape it for their format.
"""
