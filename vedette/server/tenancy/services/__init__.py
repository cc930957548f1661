"""Writes of the tenancy room, by sub-noun: set-up, people, roles, teams, labels, keys, account settings, sign-in."""
