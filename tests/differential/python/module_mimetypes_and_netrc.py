import mimetypes, netrc, pathlib

print(mimetypes.guess_type("a.tar.gz"), mimetypes.guess_type("x.svg"), mimetypes.guess_extension("text/csv"), mimetypes.guess_type("none.zzz"))
pathlib.Path("n").write_text("machine h login l password p\n")
print(netrc.netrc("n").authenticators("h"))
pathlib.Path("n").write_text("machine h bogus l\n")
netrc.netrc("n")
