"""Values that a site turns back into objects of its language.

Only altered copies of the site's own values are sent, never objects that do anything.
"""
