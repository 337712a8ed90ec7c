"""Look up the addresses of a host's name within a time: the system's own look-up has no bound.

A look-up that hangs goes on in a thread of its own. Whoever asks for the same name meanwhile waits for the
same look-up, so that one name holds one thread, however often it is asked for.
"""

from __future__ import annotations

import socket
import threading
from concurrent.futures import Future
from ipaddress import ip_address

MOST_AT_ONCE = 256  # names that are looked up

_under_way: dict[tuple[str, int], Future[list[str]]] = {}
_lock = threading.Lock()


def look_up(host: str, port: int, seconds: float) -> list[str]:
    """Return the IP addresses of a host, in the order in which they are to be tried.

    Raises:
        TimeoutError: they are not known in time.
        OSError, UnicodeError: there are none; or too many names are looked up just now.
    """
    if _is_address(host):
        return [host]
    return _begun((host, port)).result(max(seconds, 0))


def _begun(place: tuple[str, int]) -> Future[list[str]]:
    with _lock:
        found = _under_way.get(place)
        if found is not None:
            return found
        if len(_under_way) >= MOST_AT_ONCE:
            raise OSError("too many names are looked up at once")
        future: Future[list[str]] = Future()
        _under_way[place] = future
    threading.Thread(target=_run, args=(place, future), name="look-up", daemon=True).start()
    return future


def _run(place: tuple[str, int], future: Future[list[str]]) -> None:
    try:
        found = socket.getaddrinfo(*place, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(str(address[0]) for *_, address in found))
    except Exception as exc:
        future.set_exception(exc)
    else:
        future.set_result(addresses)
    finally:
        with _lock:
            del _under_way[place]


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
