# Reads from stdin.
input()
