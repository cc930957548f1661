"""Migrations of the one app."""
