import contextvars, threading

user = contextvars.ContextVar("user", default="nobody")
token = user.set("ann")
copy = contextvars.copy_context()
user.set("bob")
print(user.get(), copy.run(user.get), copy[user], len(copy))
user.reset(token)
print(user.get(), token.old_value is contextvars.Token.MISSING)
seen = []
thread = threading.Thread(target=lambda: seen.append(user.get()))
thread.start(); thread.join()
print(seen, list(contextvars.Context()), len(contextvars.copy_context()))
