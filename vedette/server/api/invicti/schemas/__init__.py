"""The models of this dialect, declared for its OpenAPI document."""
