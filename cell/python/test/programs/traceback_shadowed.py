open("textwrap.py", "w").write("print('mine')\nraise ImportError('mine')\n")
1 / 0
