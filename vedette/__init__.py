"""Vedette: a vulnerability scanner that proves what it reports."""

__version__ = "0.1.0"
