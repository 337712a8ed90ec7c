"""A real Kubo node on loopback, in a private network: no bootstrap, no public names, no discovery."""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import subprocess
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from ipfs.cid import Cid
from scripts.harness.processes import free_ports

IPFS = Path(__file__).parents[2] / "build/kubo-0.43.1/ipfs"
READY = "Daemon is ready"
SETTINGS: dict[str, object] = {
    "AutoConf.Enabled": False,
    "AutoNAT.ServiceMode": "disabled",
    "AutoTLS.Enabled": False,
    "Bootstrap": [],
    "DNS.Resolvers": {},
    "Ipns.DelegatedPublishers": [],
    "Routing.DelegatedRouters": [],
    "Routing.Type": "none",
    "Swarm.AddrFilters": [],
    "Swarm.DisableNatPortMap": True,
    "Swarm.RelayClient.Enabled": False,
    "Swarm.Transports.Network.QUIC": False,
    "Swarm.Transports.Network.Websocket": False,
}
UNSHARED = ("unshare", "--user", "--map-root-user", "--mount", "sh", "-ec")
ON_SMALL_DISK = """
disk="$IPFS_PATH.disk" && mkdir -p "$disk" && mount -t tmpfs -o "size=$1" tmpfs "$disk"
cp -a "$IPFS_PATH/." "$disk" && export IPFS_PATH="$disk" && shift && exec "$@"
"""
SWARM_KEY = f"/key/swarm/psk/1.0.0/\n/base16/\n{'5a' * 32}\n"


class KuboNode:
    """One node with a home of its own. Tests spoil it as a `Place` (tests/ports/content/places.py)."""

    def __init__(self, home: Path, disk_size: str = "", hash_on_read: bool = False) -> None:
        """Initialize and start it.

        Args:
            home: a folder that is made.
            disk_size: of a disk of its own, as `mount` takes it, on which nobody else sees its blocks.
            hash_on_read: let it hash each block that it gives out, which it does not as it ships.
        """
        assert IPFS.exists(), "there is no Kubo: run scripts/kubo_tools.sh"
        self.home = home
        self._daemon = [str(IPFS), "daemon", "--enable-gc=false"]
        if disk_size:
            self._daemon = [*UNSHARED, ON_SMALL_DISK, "sh", disk_size, *self._daemon]
        self._rpc, self._gateway, self._swarm = free_ports(3)
        self.url = f"http://127.0.0.1:{self._rpc}"
        self.gateway = f"http://127.0.0.1:{self._gateway}"
        self._settings = {**SETTINGS, "Datastore.HashOnRead": hash_on_read}
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "IPFS_PATH": str(home),
            "LIBP2P_FORCE_PNET": "1",
        }
        self._process: subprocess.Popen[str] | None = None
        self._initialize()
        self.start()

    def _initialize(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        (self.home / "swarm.key").write_text(SWARM_KEY)
        self.run("init", "--profile=server")
        (self.home / "swarm.key").write_text(SWARM_KEY)
        addresses = {
            "Addresses.API": f"/ip4/127.0.0.1/tcp/{self._rpc}",
            "Addresses.Gateway": f"/ip4/127.0.0.1/tcp/{self._gateway}",
            "Addresses.NoAnnounce": [],
            "Addresses.Swarm": [f"/ip4/127.0.0.1/tcp/{self._swarm}"],
        }
        file = self.home / "config"
        config = json.loads(file.read_text())
        for name, value in (self._settings | addresses).items():
            *above, last = name.split(".")
            place = config
            for part in above:
                place = place.setdefault(part, {})
            place[last] = value
        file.write_text(json.dumps(config))
        self.run("config", "profile", "apply", "unixfs-v1-2025")

    def add(self, file: Path) -> str:
        """Return the CID of a file that the running node has taken in."""
        return self.run("add", "--quieter", str(file)).strip()

    def cid_of(self, file: Path) -> str:
        """Return the CID by which the node would add a file."""
        return self.run("add", "--quieter", "--only-hash", "--offline", str(file)).strip()

    def run(self, *arguments: str) -> str:
        """Return what the program prints, which asks the node if it runs."""
        command = [IPFS, *arguments]
        done = subprocess.run(
            command, env=self._environment, check=True, text=True, capture_output=True
        )
        return done.stdout

    def start(self) -> None:
        self._process = subprocess.Popen(
            self._daemon,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self._process.stdout is not None
        said = []
        for line in self._process.stdout:
            said.append(line)
            if READY in line:
                return
        raise AssertionError("".join(said))

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End the node as a power cut does."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.communicate()
            self._process = None

    def flip(self, cid: Cid) -> None:
        path = self._path(cid)
        block = path.read_bytes()
        path.chmod(0o644)
        path.write_bytes(bytes([block[0] ^ 1]) + block[1:])

    def delete(self, cid: Cid) -> None:
        self._path(cid).unlink()

    def _path(self, cid: Cid) -> Path:
        """Return where flatfs keeps a block: in a folder of the two letters before its name's last."""
        key = base64.b32encode(b"\x12\x20" + cid.digest).decode().rstrip("=")
        return self.home / "blocks" / key[-3:-1] / f"{key}.data"

    def empty(self) -> None:
        self.stop()
        shutil.rmtree(self.home)
        self._initialize()
        self.start()

    def collect_garbage(self) -> None:
        self.ask("repo/gc")

    def holds(self, cid: Cid) -> bool:
        try:
            pins = json.loads(self.ask("pin/ls", arg=str(cid), type="all"))
            kind = pins["Keys"].get(str(cid), {}).get("Type")
            return kind in ("direct", "recursive") and cid.is_of(
                self.ask("block/get", arg=str(cid))
            )
        except urllib.error.HTTPError as exc:
            exc.close()
            return False

    def ask(self, path: str, **options: Any) -> bytes:
        """Return what the node answers to a request that is not the adapter's."""
        query = urlencode({"offline": "true", **options})
        request = urllib.request.Request(f"{self.url}/api/v0/{path}?{query}", method="POST")
        with urllib.request.urlopen(request, timeout=60) as answer:
            body: bytes = answer.read()
        return body
