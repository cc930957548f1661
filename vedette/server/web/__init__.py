"""The pages, rendered on the server. Whatever a scanned site returned is hostile here: text, or a sandboxed frame."""
