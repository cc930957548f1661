"""Passive sources of names, one file each, found by walking this package: nothing is registered anywhere else.

A source is a module with `INFO`, a SourceInfo, and two plain functions that open no sockets:

- `ask(query: Query) -> Request`, the first request, to the host of `query.url` and to no other
- `read(query: Query, request: Request, body: bytes) -> Told`, the names in an answer of status 200, and the next
  request if there is one; raises ValueError for an answer that it cannot read
"""
