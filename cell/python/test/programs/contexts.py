import contextvars
import decimal
import asyncio
print(list(contextvars.copy_context()), decimal.getcontext())
print(asyncio._get_running_loop())
