import sys, os
sys.stdout.buffer.write(b"\xff\xfe ok \xc3\n"); sys.stdout.flush(); os.write(2, b"\x80err\n")
print("\udcff", "surrogate escaped"); print(ascii(os.fsdecode(b"\xff")))
try:
    print("\ud800")
except UnicodeEncodeError as error:
    print(error)
sys.stdout.reconfigure(encoding="latin-1", errors="replace"); print("é€")
