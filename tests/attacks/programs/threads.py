# Starts threads for ever.
import threading

never = threading.Event()
while True:
    threading.Thread(target=never.wait, daemon=True).start()
