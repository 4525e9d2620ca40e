from wsgiref.util import setup_testing_defaults
from wsgiref.handlers import SimpleHandler
from wsgiref.headers import Headers
import io, sys

def app(environ, start):
    start("200 OK", [("Content-Type", "text/plain")]); return [environ["PATH_INFO"].encode()]
environ = {"PATH_INFO": "/x"}; setup_testing_defaults(environ); out = io.BytesIO()
handler = SimpleHandler(io.BytesIO(), out, sys.stderr, environ, multithread=False); handler.server_software = "S"
handler.run(app); print(out.getvalue().decode().split("\r\n")[0], out.getvalue()[-2:], Headers([("A", "b")])["a"])
SimpleHandler(io.BytesIO(), io.BytesIO(), sys.stderr, environ).run(lambda e, s: 1 / 0)
