"""Checks of certificates and protocol versions of HTTPS hosts.

All read the facts of one handshake, which the probe keeps for the whole scan.
"""
