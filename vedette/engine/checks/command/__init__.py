"""Values that reach a command line of the operating system.

Only checks and the small shell of their examples live here; nothing is ever run on our side.
"""
