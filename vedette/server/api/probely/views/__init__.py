"""One class for each address of this dialect: read input, fetch, call one service, shape."""
