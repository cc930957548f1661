"""The attack surface of a domain: its names, their addresses, the web services that answer there.

Passive sources are one self-describing file each in `sources/`. What is found is handed to whoever runs the search, as
events with the rows that let it go on later. Asks through `net` only and stays within the domain; only `scan` uses it.
"""
