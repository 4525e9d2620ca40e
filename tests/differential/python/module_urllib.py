from urllib import parse, request, error, robotparser

print(parse.urlparse("http://u:p@h:80/a;x?q=1#f"), parse.urljoin("http://a/b/c", "../d"), parse.quote("a b/é"), parse.parse_qs("a=1&a=2&b="), parse.urlencode({"x": [1, 2]}, True))
print(request.urlopen("data:text/plain;base64,aGk=").read(), request.Request("http://x/", data=b"1").get_method())
robots = robotparser.RobotFileParser(); robots.parse(["User-agent: *", "Disallow: /private"]); print(robots.can_fetch("x", "/private/a"))
for url in ("http://192.0.2.1/", "nothing", "file:///none", "http://example.invalid/"):
    try:
        request.urlopen(url, timeout=1)
    except (error.URLError, ValueError) as problem:
        print(type(problem).__name__, problem)
