from optparse import OptionParser

parser = OptionParser(usage="%prog [options] file", version="%prog 1.0")
parser.add_option("-v", action="count", default=0)
print(parser.parse_args(["-vv", "f"]))
print(parser.get_prog_name())
parser.parse_args(["--version"])
