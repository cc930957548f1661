"""Writes of discovery: runs and their leases, batches, assets, settings. Each checks what its actor may do."""
