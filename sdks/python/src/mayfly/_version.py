import platform

#: The package's version: the wheel takes it from here.
VERSION = "0.1.0"

#: Who asks, for the server's operator.
USER_AGENT = f"mayfly-python/{VERSION} python/{platform.python_version()}"
