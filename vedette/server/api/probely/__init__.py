"""The dialect at the root: wire-compatible with Probely's REST API."""
