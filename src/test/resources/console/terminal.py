"""Runs a program in a terminal and types: python3 terminal.py COLUMNS STEPS COMMAND...

STEPS is JSON, a list of [pattern, text]: when the program has printed what the pattern finds, after what the one before found, the text
is typed. Prints the lines of the terminal at the end, with all that has scrolled away, and "never printed: PATTERN" if it was not.
"""

import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time

PATIENCE = 240
CONTROL = re.compile(r"\x1b\[([0-9;?]*)([A-Za-z])|\x1b[=>]|\x1b\][^\x07]*\x07")


def lines(printed, columns):
    """What printed characters look like: of what a terminal does, that which shells and progress make use of."""
    screen, row, column, at = [[]], 0, 0, 0
    while at < len(printed):
        control = CONTROL.match(printed, at)
        if control:
            count = int((control.group(1) or "").strip("?").split(";")[0] or 0)
            kind = control.group(2)
            if kind == "A":
                row = max(0, row - max(1, count))
            elif kind == "B":
                row += max(1, count)
            elif kind == "C":
                column = min(columns - 1, column + max(1, count))
            elif kind == "D":
                column = max(0, column - max(1, count))
            elif kind == "G":
                column = max(1, count) - 1
            elif kind in ("J", "K") and count == 0 and row < len(screen):
                del screen[row][column:]
                if kind == "J":
                    del screen[row + 1:]
            at = control.end()
            continue
        character = printed[at]
        at += 1
        if character == "\r":
            column = 0
        elif character == "\n":
            row += 1
        elif character == "\b":
            column = max(0, column - 1)
        elif character >= " ":
            if column == columns:
                row, column = row + 1, 0
            while len(screen) <= row:
                screen.append([])
            screen[row].extend(" " * (column + 1 - len(screen[row])))
            screen[row][column] = character
            column += 1
        while len(screen) <= row:
            screen.append([])
    return ["".join(line).rstrip() for line in screen]


def main():
    columns, steps, command = int(sys.argv[1]), json.loads(sys.argv[2]), sys.argv[3:]
    process, terminal = pty.fork()
    if process == 0:
        os.environ["TERM"] = "xterm"
        os.execvp(command[0], command)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    printed, seen, failure = b"", 0, ""
    for pattern, text in steps:
        end = time.monotonic() + PATIENCE
        found = None
        while found is None and time.monotonic() < end:
            found = re.search(pattern.encode(), printed[seen:])
            if found is None and select.select([terminal], [], [], 0.1)[0]:
                try:
                    more = os.read(terminal, 65536)
                except OSError:
                    break
                printed += more
                if b"\x1b[6n" in more:  # Where is the cursor?
                    os.write(terminal, b"\x1b[1;1R")
        if found is None:
            failure = "never printed: " + pattern
            break
        seen += found.end()
        time.sleep(0.3)
        os.write(terminal, text.encode())
    end = time.monotonic() + 5
    while time.monotonic() < end and select.select([terminal], [], [], 1)[0]:
        try:
            printed += os.read(terminal, 65536)
        except OSError:
            break
    os.kill(process, signal.SIGKILL)
    sys.stdout.buffer.write("\n".join(lines(printed.decode("utf-8", "replace"), columns) + [failure]).encode())


main()
