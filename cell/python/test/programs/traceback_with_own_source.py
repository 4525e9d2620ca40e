import linecache
linecache.cache["<made>"] = (9, None, ["line of made\n"], "<made>")
exec(compile("1 / 0", "<made>", "exec"))
