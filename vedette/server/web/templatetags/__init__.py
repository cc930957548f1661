"""Template tags of the web UI: chips, icons, times, evidence. Everything they are given is escaped."""
