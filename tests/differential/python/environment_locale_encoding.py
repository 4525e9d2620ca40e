import sys, os, locale, io
print(sys.flags.utf8_mode, sys.getfilesystemencoding(), locale.getencoding(), io.TextIOWrapper(io.BytesIO()).encoding, open("main.py").encoding, os.fsencode("é"))
open("ünïcode-名.txt", "w").close(); print(sorted(os.listdir()), os.listdir(b".")[0] is not None, os.environb.get(b"LANG"))
print(f"{1234567.891:n}", "ÄÖ".lower(), sorted("äzÄa", key=locale.strxfrm), len(os.environ))
