import sys
sys.stdout = None
print("nowhere")
sys.stderr.write("but here\n")
