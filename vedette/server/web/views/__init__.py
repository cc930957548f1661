"""Views by noun. Each reads input, asks a query, calls one service and renders."""
