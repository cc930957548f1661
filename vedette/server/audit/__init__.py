"""The domain log: one row for each fact that people or machines brought about, in the transaction that did so.

A new kind of fact is one entry in `rules.KINDS` and one `services.record()` call. What may hold a secret is hidden
before it is written. The sealer gives rows their place in the organisation's chain; `queries.verify` checks it. Every
room above may record; nobody but this room writes these tables.
"""
