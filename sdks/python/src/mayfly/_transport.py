"""Sending a request once: over connections of our own that stay open, or by an opener of urllib's."""

from __future__ import annotations

import email.message
import http.client
import os
import selectors
import socket
import ssl
import threading
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Dict, List, Optional, Union
from urllib.parse import urlsplit

from ._cancellation import Cancellation
from ._deadlines import Deadline
from ._errors import ConnectionError, TimeoutError

# More than that many at a time are served too; their connections are closed afterwards.
_MOST_IDLE = 64


@dataclass(frozen=True)
class RawResponse:
    """An answer as it came."""

    status: int
    #: Looked up without regard to case.
    headers: email.message.Message
    #: The body's text.
    body: str


@dataclass(frozen=True)
class Call:
    """One request, sent once or several times."""

    method: str
    url: str
    headers: Dict[str, str]
    body: Optional[bytes]
    #: Seconds for one try, from connecting to the last byte.
    timeout: float
    cancellation: Cancellation

    def __str__(self) -> str:
        """As messages name it."""
        return f"{self.method} {self.url}"


class Connections:
    """Connections to one service, kept open between requests. For any number of threads."""

    def __init__(self, base_url: str, ssl_context: Optional[ssl.SSLContext]) -> None:
        url = urlsplit(base_url)
        self._host, self._port = url.hostname or "", url.port
        self._ssl_context = (ssl_context or ssl.create_default_context()) if url.scheme == "https" else None
        self._lock = threading.Lock()
        self._idle: List[http.client.HTTPConnection] = []
        self._process = os.getpid()

    def send(self, call: Call) -> RawResponse:
        """Raises TimeoutError, ConnectionError or Cancelled."""
        attempt = _Attempt(self._take())
        try:
            return self._send(call, attempt)
        except (OSError, http.client.HTTPException) as reason:
            call.cancellation.check()
            raise _failure(call, reason, late=attempt.late) from reason
        finally:
            if not attempt.is_done:
                attempt.connection.close()

    def close(self) -> None:
        with self._lock:
            self._drop_idle()

    def _drop_idle(self) -> None:
        for connection in self._idle:
            connection.close()
        self._idle = []

    def _send(self, call: Call, attempt: _Attempt) -> RawResponse:
        connection = attempt.connection
        with attempt.within(call.timeout), call.cancellation.aborting(attempt.abort):
            if connection.sock is None:
                connection.timeout = call.timeout
                connection.connect()
            attempt.begin()
            connection.request(call.method, _target(call.url), call.body, call.headers)
            response = connection.getresponse()
            body = response.read()
        attempt.finish()
        if not response.will_close:
            self._keep(connection)
        return RawResponse(response.status, response.headers, body.decode("utf-8", "replace"))

    def _take(self) -> http.client.HTTPConnection:
        with self._lock:
            # A forked child shares its parent's sockets and must not speak on them; closing its own copies says nothing.
            if self._process != os.getpid():
                self._process = os.getpid()
                self._drop_idle()
            while self._idle:
                connection = self._idle.pop()
                if not _is_stale(connection):
                    return connection
                connection.close()
        if self._ssl_context is not None:
            return http.client.HTTPSConnection(self._host, self._port, context=self._ssl_context)
        return http.client.HTTPConnection(self._host, self._port)

    def _keep(self, connection: http.client.HTTPConnection) -> None:
        with self._lock:
            if len(self._idle) < _MOST_IDLE:
                self._idle.append(connection)
                return
        connection.close()


class _Attempt:
    """One try on one connection. Shutting the socket down ends whatever waits for it, however slowly bytes come in."""

    def __init__(self, connection: http.client.HTTPConnection) -> None:
        self.connection = connection
        # Ours to remember: the connection forgets it while the body of a last answer still comes.
        self._socket: Optional[socket.socket] = None
        self.late = False
        self.is_done = False
        self._aborted = False
        self._lock = threading.Lock()

    def within(self, seconds: float) -> Deadline:
        return Deadline(seconds, self._expire)

    def begin(self) -> None:
        """Connected; what was aborted before there was a socket goes no further."""
        with self._lock:
            if self._aborted:
                raise OSError("aborted while connecting")
            self._socket = self.connection.sock
            # Its end is this attempt's matter; a timeout of each wait would only be another one.
            self._socket.settimeout(None)

    def abort(self) -> None:
        with self._lock:
            # Done: the connection is another attempt's by now.
            if self.is_done:
                return
            self._aborted = True
            if self._socket is None:
                return
            try:
                # Not SSLSocket's own: it would change the object under the reading thread's hands.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
            except OSError:
                pass  # It is closed already.

    def finish(self) -> None:
        """The connection is free again. A body without a length ends where the socket was shut down, which is no end."""
        with self._lock:
            if self._aborted:
                raise OSError("aborted while reading")
            self.is_done = True

    def _expire(self) -> None:
        self.late = True
        self.abort()


class Opener:
    """Requests by an opener that the caller gave: with a proxy, say. Its timeout is for each wait on the socket."""

    def __init__(self, opener: urllib.request.OpenerDirector) -> None:
        self._opener = opener

    def send(self, call: Call) -> RawResponse:
        """Raises TimeoutError, ConnectionError or Cancelled."""
        request = urllib.request.Request(call.url, call.body, method="POST")
        for name, value in call.headers.items():
            # Another host must not get the key, even if the opener follows redirects.
            request.add_unredirected_header(name, value)
        try:
            try:
                response = self._opener.open(request, timeout=call.timeout)
            except urllib.error.HTTPError as refusal:
                response = refusal
            with response:
                return RawResponse(response.status, response.headers, response.read().decode("utf-8", "replace"))
        except (OSError, http.client.HTTPException) as error:
            call.cancellation.check()
            reason = error.reason if isinstance(error, urllib.error.URLError) and isinstance(error.reason, OSError) else error
            raise _failure(call, reason, late=False) from error

    def close(self) -> None:
        self._opener.close()


Transport = Union[Connections, Opener]


def _target(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _is_stale(connection: http.client.HTTPConnection) -> bool:
    """Whether the server has closed it, or said something that nobody asked for."""
    if connection.sock is None:
        return True
    with selectors.DefaultSelector() as selector:
        selector.register(connection.sock, selectors.EVENT_READ)
        return bool(selector.select(timeout=0))


def _failure(call: Call, reason: Exception, late: bool) -> Union[ConnectionError, TimeoutError]:
    # socket.timeout is the built-in TimeoutError from Python 3.10 on.
    if late or isinstance(reason, socket.timeout):
        return TimeoutError(
            f"{call}: no full answer within {call.timeout:g} s. Is the service overloaded, or the timeout shorter than an execution?"
        )
    said = str(reason) or type(reason).__name__
    return ConnectionError(f"{call}: {said}. Is the service running there, and is the base URL right?")
