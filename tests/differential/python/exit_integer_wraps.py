import sys
print("code 300 is 44")
sys.exit(300)
