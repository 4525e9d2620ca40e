import warnings
warnings.showwarning = lambda message, category, filename, lineno, file=None, line=None: print(category.__name__, message, filename, lineno)
warnings.warn("to the hook")
import logging; logging.captureWarnings(True); warnings.warn("to the log")
