"""What goes in and out of this dialect, declared: serializers that check input and describe answers in the OpenAPI
document. They neither save nor write answers; `shapes` does that."""
