"""Writes of schedules: those of people (`editing`) and those of the clock (`firing`)."""
