import sys
for stream in sys.stdin, sys.stdout, sys.stderr:
    print(stream, stream.buffer, stream.buffer.raw, stream.encoding, stream.errors, stream.newlines, stream.line_buffering,
          stream.write_through, stream.closed, stream.isatty(), stream.readable(), stream.writable(), stream.seekable(),
          stream.fileno(), stream.buffer.raw.closefd, stream.buffer.raw.mode, stream.mode, stream.name, stream._CHUNK_SIZE,
          sorted(vars(stream)), sorted(vars(stream.buffer.raw)))
print(sys.stdin is sys.__stdin__, sys.stdout is sys.__stdout__, sys.stderr is sys.__stderr__)
print(repr(sys.stdin.read()))
try:
    print(sys.stdout.tell())
except OSError as error:
    print(type(error), error)
