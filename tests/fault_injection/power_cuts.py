"""Real power cuts: ext4 on a loop device, the log living on it, the file system shut down under it (FS_IOC_SHUTDOWN) at
a random moment, unmounted, mounted again. In a mount namespace of its own, so that nothing stays behind whatever ends
the test. Needs root and loop devices."""

import fcntl
import functools
import os
import pathlib
import shutil
import subprocess
import tempfile
import threading
import time

from lives import Life

KIND = "power_cut"
WORKLOADS = ("append", "consolidate", "floor")
SHUTDOWN = 0x8004587D  # _IOR('X', 125, __u32), linux/fs.h
# Nothing more is written; the journal is written first; only its metadata is.
FLAGS = (2, 2, 1, 0)
IMAGE_BYTES = 512 * 1024 * 1024  # sparse; RocksDB reserves 35 MB for each write-ahead log
IN_NAMESPACE = "DOORSTEP_FAULTS_MOUNTS"


def reason_to_skip():
    if os.geteuid() != 0:
        return "not root"
    if not os.path.exists("/dev/loop-control"):
        return "no loop devices"
    if shutil.which("mkfs.ext4") is None or shutil.which("unshare") is None:
        return "no mkfs.ext4 or unshare"
    if os.environ.get(IN_NAMESPACE) != "1":
        return "no mount namespace of its own"
    return cannot_mount()


@functools.cache
def cannot_mount():
    """Tried once, with all that a cut needs: some containers have the devices and may not use them."""
    with tempfile.TemporaryDirectory(prefix="doorstep-mount-") as folder:
        try:
            disk = Disk(pathlib.Path(folder, "disk"))
            disk.cut(2)
            disk.unmount()
        except (OSError, RuntimeError) as error:
            return f"cannot mount ext4 and shut it down: {error}"
    return None


def command_in_namespace(command):
    """The command that runs this one where its mounts are nobody else's; None: it does already, or cannot."""
    if os.environ.get(IN_NAMESPACE) or os.geteuid() != 0 or shutil.which("unshare") is None:
        return None
    private = ["unshare", "--mount", "--propagation", "private"]
    if subprocess.run([*private, "true"], capture_output=True).returncode != 0:
        return None
    os.environ[IN_NAMESPACE] = "1"
    return [*private, *command]


class Disk:
    """One image, one mount point; a thread's own."""

    def __init__(self, folder):
        folder.mkdir()
        self.image, self.at = folder / "image", folder / "mounted"
        self.at.mkdir()
        with open(self.image, "wb") as image:
            image.truncate(IMAGE_BYTES)
        self._call("mkfs.ext4", "-q", "-F", str(self.image))
        self.mount()

    @staticmethod
    def _call(*command):
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")

    def mount(self):
        self._call("mount", "-o", "loop", str(self.image), str(self.at))

    def unmount(self):
        for _ in range(200):
            if subprocess.run(["umount", str(self.at)], capture_output=True).returncode == 0:
                return
            time.sleep(0.01)
        raise RuntimeError(f"{self.at} stays busy")

    def cut(self, flags):
        file = os.open(self.at, os.O_RDONLY)
        try:
            fcntl.ioctl(file, SHUTDOWN, flags.to_bytes(4, "little"))
        finally:
            os.close(file)


_disks = {}
_durations = {}


def disk_of(lives):
    me = (str(lives.scratch), threading.get_ident())
    if me not in _disks:
        _disks[me] = Disk(lives.scratch / f"disk-{threading.get_ident()}")
    return _disks[me]


def close(lives):
    for (scratch, _), disk in list(_disks.items()):
        if scratch == str(lives.scratch):
            disk.unmount()
    _disks.clear()


def all_of(lives, stride):
    del lives, stride
    return iter(())


def draw(lives, random):
    del lives
    return f"{random.choice(WORKLOADS)}:{random.random():.6f}:{random.choice(FLAGS)}:{random.randrange(10**6)}"


def how_long(lives, folder, workload):
    """A whole life on such a disk, in seconds, the longest of three."""
    if workload not in _durations:
        longest = 0.0
        for n in range(3):
            path = folder / f"whole-{n}"
            shutil.copytree(lives.template, path)
            started = time.monotonic()
            lives.live(path, workload)
            longest = max(longest, time.monotonic() - started)
            shutil.rmtree(path)
        _durations[workload] = longest
    return _durations[workload]


def inject(lives, what, bug="", **planted):
    """The moment is a part of a life's time: the same command cuts near the same place, not at the same one."""
    workload, moment, flags, _ = what.split(":")
    disk = disk_of(lives)
    duration = how_long(lives, disk.at, workload)
    folder = disk.at / "county"
    shutil.copytree(lives.template, folder)
    subprocess.run(["sync", "-f", str(disk.at)], check=True)
    life = lives.start(folder, workload, bug, **planted)
    time.sleep(float(moment) * duration * 1.1)
    disk.cut(int(flags))
    life.kill()
    output, message = life.communicate()
    disk.unmount()
    disk.mount()
    try:
        acknowledged = Life(output, life.returncode, message).acknowledged
        return lives.what_is_left(pathlib.Path(folder), workload, acknowledged, bug)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
