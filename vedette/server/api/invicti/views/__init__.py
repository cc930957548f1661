"""The operations of this dialect, by noun."""
