import sys
print("to stdout")
sys.exit("the reason \u00fc\udce9")
