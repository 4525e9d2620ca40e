import os, select, selectors, socket

r, w = os.pipe()
print(select.select([r], [w], [], 0)[1] == [w])
os.write(w, b"x"); print(select.select([r], [], [], 0)[0] == [r])
poll = select.poll(); poll.register(r, select.POLLIN); print(poll.poll(0)[0][1] == select.POLLIN)
with select.epoll() as epoll: epoll.register(r, select.EPOLLIN); print(len(epoll.poll(0)))
a, b = socket.socketpair(); a.send(b"hello")
with selectors.DefaultSelector() as s:
    s.register(b, selectors.EVENT_READ, "data"); print([(k.data, k.fileobj.recv(9)) for k, _ in s.select(1)], type(s).__name__)
os.close(w); print(poll.poll(0)[0][1] & select.POLLHUP != 0)
select.select([50], [], [])
