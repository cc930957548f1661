"""The dialect at `/api/1.0/`: wire-compatible with Invicti Enterprise's REST API. No other room may use it."""
