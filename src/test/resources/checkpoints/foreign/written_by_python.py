"""Writes written_by_python.safetensors beside this file: pip install safetensors numpy (0.8.0 and 2.4.6 were used).

The library sorts tensors by its own rule, so their order in the file is not that of the graph.
"""

import json
import pathlib

import numpy
from safetensors.numpy import save_file


def value(number, name, shape):
    return {"id": number, "name": name, "shape": shape}


def parameter(name, shape, decays):
    return {"name": name, "shape": shape, "role": "TRAINABLE", "decays": decays}


graph = {
    "inputs": {"x": value(0, "x", [2])},
    "nodes": [
        {"op": "MatrixMultiply", "fields": {}, "layer": "dense_1", "inputs": [0],
         "parameters": ["dense_1.weight"], "output": value(1, "dense_1", [3])},
        {"op": "AddBias", "fields": {"useBias": "ON"}, "layer": "dense_1", "inputs": [1],
         "parameters": ["dense_1.bias"], "output": value(2, "dense_1", [3])},
    ],
    "outputs": {"y": 2},
    "layers": {"dense_1": "Dense"},
    "parameters": [parameter("dense_1.weight", [3, 2], True), parameter("dense_1.bias", [3], False)],
}
tensors = {
    "dense_1.weight": numpy.arange(6, dtype=numpy.float32).reshape(3, 2) / 4,
    "dense_1.bias": numpy.array([1e-3, -2.0, 3.5], dtype=numpy.float64),
}
metadata = {"format": "bn4j-1", "graph": json.dumps(graph), "note": "µ from Python"}
save_file(tensors, pathlib.Path(__file__).with_suffix(".safetensors"), metadata)
