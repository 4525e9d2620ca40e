# What a program finds imported before its first line.
import sys
print(sorted(sys.modules))
