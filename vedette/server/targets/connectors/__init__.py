"""Accounts at services that hold zones of names: what each can be asked for, and nothing that is stored.

One file a service, on `kernel.outbound`. `services.connectors` asks them from a queued job; nobody else does.
"""
