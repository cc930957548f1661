"""The door that granian opens."""

import os
import subprocess
import sys


def test_it_opens_without_a_platform_around_it(tmp_path):
    command = (
        "import io, os\n"
        "from vedette.server.config.wsgi import application\n"
        "said = []\n"
        "request = {'REQUEST_METHOD': 'GET', 'PATH_INFO': '/healthz', 'SERVER_NAME': 'x', 'SERVER_PORT': '1',"
        " 'wsgi.input': io.BytesIO(), 'wsgi.url_scheme': 'http', 'wsgi.errors': None}\n"
        "body = b''.join(application(request, lambda status, headers: said.append((status, dict(headers)))))\n"
        "headers = said[0][1]\n"
        "print(said[0][0], body, headers['X-Content-Type-Options'], headers['X-Frame-Options'], oct(os.umask(0)))"
    )
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("VEDETTE_", "DJANGO_"))}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", command],
        env=variables | {"VEDETTE_DATA_DIR": str(tmp_path / "data")},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "200 OK b'ok\\n' nosniff DENY 0o77"
