import re

pattern = re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)", re.VERBOSE)
print(pattern.findall("2020-01 and 2021-12"), pattern.sub(r"\g<month>/\g<year>", "on 2020-01"), pattern.groupindex)
print(re.split(r"(\W+)", "one, two; three"), re.fullmatch(r"a+?b", "aab"), re.match("(?i:É)x", "éx"), re.escape("a.b*c"))
print([m.span() for m in re.finditer(r"(?<=a)b|\bc", "ab c")], re.sub(r"\d+", lambda m: str(int(m[0]) * 2), "3 a 10"))
for bad in ("(a", "*a", "[z-a]", "(?P<1>x)", "a{3,1}", "(?<=a+)b", "\\"):
    try:
        re.compile(bad)
    except re.error as error:
        print(error, error.pos)
re.compile("a(b")
