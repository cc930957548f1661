"""A Postman collection for tests."""

from __future__ import annotations

import json

_ENTER = {"name": "Enter", "request": {"method": "POST", "url": "http://api.example.org/in"}}
COLLECTION = json.dumps(
    {
        "info": {},
        "item": [
            {"name": "Auth", "item": [_ENTER, {"name": "More", "item": []}]},
            {"name": "Books", "item": [{"name": "All", "request": "http://api.example.org/books"}]},
        ],
    }
)
FOLDERS = ["Auth", "Auth/More", "Books"]
