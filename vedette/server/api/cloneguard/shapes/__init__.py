"""How the domain looks in this dialect: plain functions. Ids, roles and states are mapped here and nowhere else."""
