"""How the domain looks in this dialect: plain functions from rows that were read with `prefetch.py` to JSON values, and
from validated input to what services take. Ids, states and severities are mapped here and nowhere else."""
