import http.client, http.cookies
from http import HTTPStatus

print(HTTPStatus.IM_A_TEAPOT.phrase, HTTPStatus(503).description, http.client.responses[404])
cookie = http.cookies.SimpleCookie("a=1; b=\"x y\"")
cookie["a"]["path"], cookie["a"]["httponly"] = "/", True
print(cookie.output())
try:
    http.client.HTTPConnection("127.0.0.1", 9, timeout=1).request("GET", "/")
except OSError as error:
    print(type(error).__name__)
