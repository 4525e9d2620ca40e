# The limit is reached at the same depth, and the repeated lines are folded.
def down(n):
    return down(n + 1)
down(0)
