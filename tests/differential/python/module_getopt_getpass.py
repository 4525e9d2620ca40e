import getopt, getpass, sys

print(getopt.getopt(["-a", "1", "--long=x", "rest"], "a:b", ["long="]))
try:
    getopt.getopt(["-z"], "a")
except getopt.GetoptError as error:
    print(error, error.opt)
try:
    print(getpass.getuser())
except (OSError, KeyError) as error:
    print("no user", type(error).__name__)
