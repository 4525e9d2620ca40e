import io, keyword, token, tokenize

print(keyword.kwlist, keyword.softkwlist)
for t in tokenize.generate_tokens(io.StringIO("if x:\n  y = f'{x!r:>{w}}' # c\n").readline):
    print(token.tok_name[t.type], repr(t.string), t.start)
