"""How the domain looks in this dialect: plain functions. Ids, states, severities and dates are mapped here and nowhere
else."""
