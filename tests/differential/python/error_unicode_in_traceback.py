def größe(名):
    raise ValueError(f"zu groß: {名} 🐍 \ud800")
größe("値")
