"""Carries packets between two network devices as a long line would: late, in order, or not at all.

Called with two names, it makes two TUN devices of these names and says so with a line. The caller moves them into the
network namespaces that are to be joined, and switches them on. They are gone when this program ends, and with them
every route that leads into them.

Lines on standard input say what is to be done with the packets that the kernel sends into one of the devices:

    open        from now on they come out of the other, at first without delay
    delay MS    what is sent from now on needs MS milliseconds, each way
    hole on     what is under way is lost, and whatever is sent from now on
    hole off    what is sent from now on arrives again
    traffic     changes nothing

Each is answered, when it has taken effect, by a line of JSON that counts packets: outward (into the first device, out
of the second) and inward. What was sent before a command was written is treated, and counted, as before it.
The end of standard input ends the program; what is then under way is lost.
"""

import fcntl
import json
import os
import select
import socket
import struct
import sys
import time
from collections import deque

# linux/if_tun.h
TUNSETIFF = 0x400454CA
IFF_TUN = 0x0001
IFF_NO_PI = 0x1000
# linux/sockios.h
SIOCSIFTXQLEN = 0x8943

# How many packets the kernel holds for us to read before it drops one. Its own 500 are less than one TCP window.
QUEUE_LENGTH = 20_000
LONGEST_PACKET = 65_535


class Way:
    """One direction: packets that come from one device and leave by the other."""

    def __init__(self, source, sink):
        self.source = source
        self.sink = sink
        self.under_way = deque()
        self.sent = 0
        self.delivered = 0
        self.lost = 0

    def take(self, delay, is_hole):
        """Takes in all that waits at the source; it is due after the delay, in seconds, or lost in the hole."""
        # Everything that waits when this begins is in the first QUEUE_LENGTH packets; what still comes can wait.
        for _ in range(QUEUE_LENGTH):
            try:
                packet = os.read(self.source, LONGEST_PACKET)
            except BlockingIOError:
                return
            self.sent += 1
            if is_hole:
                self.lost += 1
            else:
                self.under_way.append((time.monotonic() + delay, packet))

    def deliver(self):
        """Gives out what is due. A packet behind one that is not due waits, so that none overtakes another."""
        while self.under_way and self.under_way[0][0] <= time.monotonic():
            _, packet = self.under_way.popleft()
            os.write(self.sink, packet)
            self.delivered += 1

    def lose(self):
        """Loses what is under way."""
        self.lost += len(self.under_way)
        self.under_way.clear()

    def counts(self):
        return {
            "sent": self.sent,
            "delivered": self.delivered,
            "lost": self.lost,
            "underWay": len(self.under_way),
        }


class Line:
    """Both directions between two devices, and what is done to packets on them."""

    def __init__(self, first, second):
        self.ways = (Way(first, second), Way(second, first))
        self.is_open = False
        self.delay = 0.0
        self.is_hole = False

    def sources(self):
        """The devices that packets are taken from. Before both are switched on, the kernel refuses what is given out."""
        return [way.source for way in self.ways] if self.is_open else []

    def move(self):
        """Takes in what was sent, and gives out what is due."""
        if not self.is_open:
            return
        for way in self.ways:
            way.take(self.delay, self.is_hole)
            way.deliver()

    def seconds_to_next(self):
        """How long nothing will be due; None when nothing is under way."""
        due = [way.under_way[0][0] for way in self.ways if way.under_way]
        return max(0.0, min(due) - time.monotonic()) if due else None

    def obey(self, command):
        match command.split():
            case ["open"]:
                self.is_open = True
            case ["delay", milliseconds]:
                self.delay = float(milliseconds) / 1000
            case ["hole", "on"]:
                self.is_hole = True
                for way in self.ways:
                    way.lose()
            case ["hole", "off"]:
                self.is_hole = False
            case ["traffic"]:
                pass
            case _:
                raise ValueError(f"“{command}” is no command of this program.")

    def report(self):
        outward, inward = self.ways
        print(json.dumps({"outward": outward.counts(), "inward": inward.counts()}), flush=True)


def make_device(name):
    """Makes a TUN device (IP packets without a header of their own) and gives its file, which never blocks."""
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    # struct ifreq, netdevice(7): a name of 16 bytes, then what the request sets, 40 bytes in all.
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFTXQLEN, struct.pack("16si20x", name.encode(), QUEUE_LENGTH))
    return device


def carry(first, second):
    """Carries packets between two devices, and obeys standard input until it ends."""
    line = Line(first, second)
    line.report()
    commands = sys.stdin.fileno()
    unfinished = b""
    while True:
        readable, _, _ = select.select([*line.sources(), commands], [], [], line.seconds_to_next())
        # Read before packets are taken in: so what was sent before a command was written is taken in before it.
        heard = os.read(commands, 4096) if commands in readable else None
        if heard == b"":
            return
        line.move()
        *complete, unfinished = (unfinished + (heard or b"")).split(b"\n")
        for command in complete:
            line.obey(command.decode())
            line.report()


if __name__ == "__main__":
    try:
        carry(*[make_device(name) for name in sys.argv[1:3]])
    except (OSError, ValueError) as error:
        sys.exit(str(error))
