"""Runs a command on a pseudo-terminal and copies what it prints to standard output: on_terminal.py COLUMNS MARKER COMMAND...

Once the MARKER was printed (empty for never), Ctrl-C is typed. Exits with the command's exit code; 128 and more for a signal.
"""
import fcntl
import os
import pty
import struct
import sys
import termios

columns, marker, command = int(sys.argv[1]), sys.argv[2].encode(), sys.argv[3:]
process, terminal = pty.fork()
if process == 0:
    # The size is there before the command looks at it.
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    os.execvp(command[0], command)

seen = b""
while True:
    try:
        read = os.read(terminal, 65536)
    except OSError:
        break
    if not read:
        break
    sys.stdout.buffer.write(read)
    sys.stdout.buffer.flush()
    seen += read
    if marker and marker in seen:
        os.write(terminal, b"\x03")
        marker = b""

sys.exit(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) % 256)
