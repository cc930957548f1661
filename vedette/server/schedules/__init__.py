"""When scans start by themselves: schedules, their recurrences, and what became of each occurrence.

Above scans, which it starts and judges; the tick in `jobs` calls `services.firing`. Blackout periods belong to targets
and are kept by scans, whoever started them.
"""
