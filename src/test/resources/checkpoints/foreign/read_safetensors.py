"""Prints a safetensors file as JSON, with Python's standard library only: python3 read_safetensors.py FILE

Follows https://huggingface.co/docs/safetensors, section "Format", and fails where the file does not.
"""

import json
import math
import struct
import sys


def require(condition, message):
    if not condition:
        sys.exit(message)


def distinct(pairs):
    require(len(dict(pairs)) == len(pairs), "a key occurs twice")
    return dict(pairs)


def read(data):
    (length,) = struct.unpack_from("<Q", data)
    header, buffer = data[8:8 + length], data[8 + length:]
    require(len(header) == length and header.startswith(b"{"), "the header is not length bytes that begin with {")
    tensors = json.loads(header.decode("utf-8"), object_pairs_hook=distinct)
    metadata = tensors.pop("__metadata__", {})
    require(all(isinstance(value, str) for value in metadata.values()), "metadata is not a map of strings to strings")
    end = 0
    for tensor in sorted(tensors.values(), key=lambda entry: entry["data_offsets"]):
        require(set(tensor) == {"dtype", "shape", "data_offsets"}, "a tensor has other keys")
        begin, stop = tensor["data_offsets"]
        require(begin == end, "there is a hole or an overlap")
        letter = {"F32": "f", "F64": "d"}[tensor["dtype"]]
        tensor["values"] = struct.unpack(f"<{math.prod(tensor['shape'])}{letter}", buffer[begin:stop])
        end = stop
    require(end == len(buffer), "the tensors do not cover the whole buffer")
    return {"metadata": metadata, "tensors": tensors}


with open(sys.argv[1], "rb") as file:
    print(json.dumps(read(file.read())))
