"""The dialects: one folder each, which own no models and no rules. A view reads input, asks a query, calls one service,
shapes the answer."""
