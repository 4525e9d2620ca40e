import sys, io
for s in (sys.stdin, sys.stdout, sys.stderr):
    print(type(s).__name__, s.name, s.encoding, s.errors, s.newlines, s.line_buffering, s.write_through, type(s.buffer).__name__, type(s.buffer.raw).__name__, s.fileno(), s is getattr(sys, f"__{s.name[1:-1]}__"), s.closed)
    print(s.buffer.raw.mode, s.buffer.raw.closefd, s.seekable(), s.readable(), s.writable())
try:
    print(sys.stdout.tell())
except OSError as error:
    print(type(error).__name__, error)
