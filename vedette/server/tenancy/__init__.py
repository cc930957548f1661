"""Organisations, people, teams, roles, keys and labels, and who may do what.

Requests become an `Actor` here (`queries.actor_for_user`, `authenticate_key`, `authenticate_session`); every room
above asks it with `actor.require(permission, ...)`. The organisation's key for secrets is used through `queries.seal`
and `queries.unseal`. What is scanned, or how a dialect names these things, does not live here.
"""
