"""Values that a template engine or an expression language evaluates on the server.

Each check recognises its engines by what only they compute.
"""
