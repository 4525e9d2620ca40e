import sys
print("out")
sys.exit("a text: exit code 1")
