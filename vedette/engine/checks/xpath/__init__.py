"""XPath injection: values that become part of a query on an XML document.

Only checks and the small document of their examples live here.
"""
