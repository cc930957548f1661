"""Technologies seen on a page: signatures (data) and their matcher.

Pure. Checks and the scan may use it.
"""
