import threading, xmlrpc.client, xmlrpc.server

server = xmlrpc.server.SimpleXMLRPCServer(("127.0.0.1", 0), logRequests=False, allow_none=True)
server.register_function(lambda a, b: [a + b, None], "add")
server.register_function(lambda: 1 / 0, "fail")
threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
proxy = xmlrpc.client.ServerProxy("http://127.0.0.1:%d" % server.server_address[1])
print(proxy.add(1, 2))
try:
    proxy.fail()
except xmlrpc.client.Fault as fault:
    print(fault)
server.shutdown()
