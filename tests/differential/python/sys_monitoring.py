import sys
m = sys.monitoring
print([m.get_tool(i) for i in range(6)])
m.use_tool_id(2, "mine"); seen = []
m.register_callback(2, m.events.PY_START, lambda code, offset: seen.append(code.co_name))
m.set_events(2, m.events.PY_START)
def f(): pass
f(); [f() for _ in range(2)]
m.set_events(2, 0); m.free_tool_id(2); print(seen)
sys.addaudithook(lambda name, arguments: print(name, arguments) if name == "mine" else None); sys.audit("mine", 1)
