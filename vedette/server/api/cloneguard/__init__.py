"""The dialect at `/v2/` and `/auth/`: compatible with Clone Guard's API as its contract has it. No other room may use
it."""
