async def work(): pass
def call():
    work()
call()
print("end")
