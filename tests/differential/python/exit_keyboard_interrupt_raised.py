print("interrupted by itself")
raise KeyboardInterrupt
