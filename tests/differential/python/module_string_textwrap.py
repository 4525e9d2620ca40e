import string, textwrap

print(string.Template("$who owes ${n} $$").safe_substitute(who="Ann"), string.capwords("a bc"), string.punctuation)
print(textwrap.fill("The quick brown fox jumps over the lazy dog " * 2, 30, subsequent_indent="  "))
print(textwrap.dedent("   a\n     b\n"), textwrap.shorten("one two three four", 12), list(string.Formatter().parse("a{b!r:>{w}}")))
string.Template("$missing").substitute()
