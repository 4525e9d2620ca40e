import dis, io

def f(a, b=2):
    try:
        return a / b
    except ZeroDivisionError:
        return None

out = io.StringIO()
dis.dis(f, file=out, show_caches=False)
print("\n".join(line for line in out.getvalue().split("\n")))
print(dis.stack_effect(dis.opmap["POP_TOP"]), [i.opname for i in dis.get_instructions("x = 1")][-2:])
dis.show_code(f)
