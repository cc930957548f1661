"""SQL injection: by error message, by true and false conditions, by a joined query, by time.

The text of SQL itself is in `attack/sql.py`, the series of conditions in `attack/series.py`.
"""
