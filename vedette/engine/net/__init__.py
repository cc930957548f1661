"""The only room that opens sockets to targets: lanes, guard, pacing, sessions, names, TLS.

Takes request records and gives exchanges. Knows nothing of checks, pages or phases; only `scan`, `crawl`, `hosts`
and `discover` may use it.
"""
