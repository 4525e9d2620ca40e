raise BaseExceptionGroup("g", [SystemExit(4), ValueError("v")])
