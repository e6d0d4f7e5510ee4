"""Runs a command on a terminal of its own, types a word when it is ready, and says how it ended."""
import os
import pty
import select
import sys
import termios
import time

controller, terminal = pty.openpty()
before = termios.tcgetattr(terminal)
child = os.fork()
if child == 0:
    os.setsid()
    for stream in range(3):
        os.dup2(terminal, stream)
    os.execvp(sys.argv[1], sys.argv[1:])

said = b""
typed = False
status = None
end = time.monotonic() + 120
while status is None and time.monotonic() < end:
    if select.select([controller], [], [], 0.1)[0]:
        said += os.read(controller, 4096)
    if not typed and b"ready" in said:
        os.write(controller, b"hello\r")
        typed = True
    ended, code = os.waitpid(child, os.WNOHANG)
    if ended:
        status = os.waitstatus_to_exitcode(code)
while select.select([controller], [], [], 0.5)[0]:
    said += os.read(controller, 4096)
sys.stdout.write(said.decode(errors="replace"))
print("status", status)
print("terminal as before:", termios.tcgetattr(terminal) == before)
if status is None:
    os.kill(child, 15)
