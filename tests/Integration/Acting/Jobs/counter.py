#!/usr/bin/python3
"""One rank of a job that counts. Ten steps a second, a twentieth of a processor; writes a checkpoint where a file asks for one.

In its folder: progress (the step it is at), resumed (the step it began at), ask -> ck.done (a whole checkpoint), ck.restart (what it begins from),
leak (from now on it takes 32 MiB a step and keeps it, 450 MiB at most).
"""
import os
import sys
import time

steps, seconds_of_a_checkpoint = int(sys.argv[1]), float(sys.argv[2])


def write(name, text, safe=True):
    with open(name + ".new", "w") as file:
        file.write(text)
        file.flush()
        if safe:
            os.fsync(file.fileno())
    os.rename(name + ".new", name)


step = int(open("ck.restart").read()) if os.path.exists("ck.restart") else 0
write("resumed", str(step))
kept = [b"\1" * (32 << 20)]
while step < steps:
    end = time.process_time() + 0.005
    while time.process_time() < end:
        pass
    time.sleep(0.095)
    step += 1
    write("progress", str(step), safe=False)
    if len(kept) < 14 and os.path.exists("leak"):
        kept.append(b"\1" * (32 << 20))
    if os.path.exists("ask"):
        time.sleep(seconds_of_a_checkpoint)
        write("ck.done", str(step))
        os.unlink("ask")
write("finished", str(step))
