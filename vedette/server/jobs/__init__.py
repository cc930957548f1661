"""Names of queued jobs -> services; the driver that works them off, also those that wait for others; the tick."""
