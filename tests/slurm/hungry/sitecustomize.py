"""A Python that takes 4 GB when it gets SIGUSR2, as a program whose memory has run away."""

import signal

taken = []
signal.signal(signal.SIGUSR2, lambda number, frame: taken.append(bytearray(b"x") * (4 * 10**9)))
