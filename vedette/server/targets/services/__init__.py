"""Writes of the targets room, by sub-noun: targets, request settings, extra hosts; reach, and what a job is told."""
