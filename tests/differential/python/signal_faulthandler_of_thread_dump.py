import faulthandler, signal, os, tempfile
with tempfile.TemporaryFile("w+") as file:
    faulthandler.register(signal.SIGUSR2, file=file, all_threads=False)
    def here(): os.kill(os.getpid(), signal.SIGUSR2)
    here()
    file.seek(0); print([line.strip() for line in file if "File" in line])
