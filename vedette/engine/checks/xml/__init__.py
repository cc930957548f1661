"""Values and bodies that a site reads as XML.

What matters here is what the parser is willing to fetch and to expand on a sender's word.
"""
