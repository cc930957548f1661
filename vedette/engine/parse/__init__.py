"""Pure readers: bytes and text in, links, forms and inputs out.

No sockets, no state between pages. Everything in the engine but `net` may use it.
"""
