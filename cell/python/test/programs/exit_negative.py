raise SystemExit(-1) if print("x") is None else None
