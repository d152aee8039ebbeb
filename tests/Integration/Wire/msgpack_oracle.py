"""Reads lines "hex of MessagePack<TAB>the same value in tagged JSON", says what differs, and writes its own encodings, one hex line each."""
import json
import struct
import sys

import msgpack


def value_of(node):
    if not node:
        return None
    (tag, content), = node.items()
    if tag == "bool":
        return content
    if tag == "int":
        return int(content)
    if tag == "double":
        return struct.unpack(">d", bytes.fromhex(content))[0]
    if tag == "text":
        return bytes.fromhex(content).decode("utf-8")
    if tag == "binary":
        return bytes.fromhex(content)
    if tag == "list":
        return [value_of(item) for item in content]
    return {bytes.fromhex(key).decode("utf-8"): value_of(item) for key, item in content}


def same(a, b):
    if type(a) is not type(b):
        return False
    if isinstance(a, float):
        return struct.pack(">d", a) == struct.pack(">d", b)
    if isinstance(a, list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    return a == b


sys.setrecursionlimit(10000)
with open(sys.argv[1], encoding="ascii") as lines, open(sys.argv[2], "w", encoding="ascii") as out:
    for number, line in enumerate(lines):
        packed, told = line.rstrip("\n").split("\t")
        value = value_of(json.loads(told))
        got = msgpack.unpackb(bytes.fromhex(packed), raw=False, strict_map_key=True)
        if not same(got, value):
            sys.exit(f"value {number}: {told} was read as {got!r}"[:500])
        out.write(msgpack.packb(value, use_bin_type=True).hex() + "\n")
