import configparser, io

parser = configparser.ConfigParser()
parser.read_string("[DEFAULT]\nhome = /srv\n[web]\nroot: %(home)s/www\nport=8080\ndebug = yes\n")
print(parser["web"]["root"], parser.getint("web", "port"), parser.getboolean("web", "debug"), parser.sections())
out = io.StringIO()
parser.write(out)
print(out.getvalue())
try:
    parser.read_string("novalue\n[x]\n")
except configparser.MissingSectionHeaderError as error:
    print(error)
print(parser.get("web", "missing", fallback="none"))
parser.get("none", "x")
