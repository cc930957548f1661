"""The command line: commands, live display, output writers.

Runs the engine directly; needs no server and no database.
"""
