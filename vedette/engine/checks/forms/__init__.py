"""Checks of the forms that pages offer.

None submits a form.
"""
