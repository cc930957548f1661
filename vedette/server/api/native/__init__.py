"""The dialect's folder: routes, credentials, views, shapes and errors of one vendor's API."""
