"""multiprocessing whose children are started as `engine/children.py` starts all others.

By itself it hands a child the parent's import path, folder and main module. These get none of them: what they are to call is
imported from where it is installed.
"""

import os
from multiprocessing import context, popen_spawn_posix, resource_tracker, util
from multiprocessing.process import BaseProcess, current_process
from multiprocessing.reduction import ForkingPickler

from specedit.engine import children


def spawn_context() -> context.SpawnContext:
    """Return a context for pools and processes."""
    # The tracker of semaphores is started by multiprocessing itself, and can be told in no other way.
    os.environ.update(children.SAFE_PATH)
    return _Context()


class _Popen(popen_spawn_posix.Popen):
    """The other `Popen`, but for the command and for what the child is told to prepare."""

    _fds: list[
        int
    ]  # what the process object's pipes and semaphores need, found while it is pickled

    def _launch(self, process_obj: BaseProcess) -> None:
        tracker = resource_tracker.getfd()
        assert tracker is not None
        context.set_spawning_popen(self)
        try:
            message = [
                ForkingPickler.dumps(_preparation(process_obj)),
                ForkingPickler.dumps(process_obj),
            ]
        finally:
            context.set_spawning_popen(None)
        sentinel, held_by_child = os.pipe()
        child_reads, parent_writes = os.pipe()
        self.sentinel = sentinel
        self.finalizer = util.Finalize(self, _close, (sentinel, parent_writes))
        try:
            inherited = (*self._fds, tracker, child_reads, held_by_child)
            descriptors = children.Descriptors(others=inherited)
            self._child = children.start(_command(tracker, child_reads), descriptors)
        finally:
            os.close(child_reads)
            os.close(held_by_child)
        self.pid = self._child.pid
        with open(parent_writes, "wb", closefd=False) as pipe:
            pipe.writelines(message)

    def poll(self, flag: int = os.WNOHANG) -> int | None:
        """Return the exit code, if it has ended."""
        self.returncode = self._child.poll() if flag == os.WNOHANG else self._child.wait()
        return self.returncode


def _close(*descriptors: int) -> None:
    for descriptor in descriptors:
        os.close(descriptor)


def _preparation(process: BaseProcess) -> dict[str, object]:
    """What `multiprocessing.spawn.prepare` is to do in the child: no `sys_path`, no `dir`, no main module."""
    key = bytes(current_process().authkey)
    return {"name": process.name, "authkey": key, "start_method": "spawn"}


def _command(tracker: int, pipe: int) -> list[str]:
    code = f"from multiprocessing.spawn import spawn_main; spawn_main(tracker_fd={tracker}, pipe_handle={pipe})"
    return children.python("-c", code, "--multiprocessing-fork")


class _Process(context.SpawnProcess):
    @staticmethod
    def _Popen(process_obj: BaseProcess) -> _Popen:
        return _Popen(process_obj)


class _Context(context.SpawnContext):
    Process = _Process
