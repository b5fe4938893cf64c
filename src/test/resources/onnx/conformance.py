"""Writes cases of ONNX's own backend tests into conformance.zip: python conformance.py

KIND/NAME.onnx for each case that accepted.txt or refused.txt names, and for the accepted ones KIND/NAME.safetensors with "input NAME" and
"output NAME". Weights, which these cases pass as inputs, become initialisers; an input of the shape of the first one is data like it.
accepted.txt has a tolerance where the expected numbers are rounded; refused.txt has what is refused and why.

The cases are of the ONNX project (https://github.com/onnx/onnx), licensed under Apache-2.0. Made with onnx 1.23.1 and safetensors 0.8.0.
"""
import os
import warnings
import zipfile

warnings.filterwarnings("ignore")
import numpy
import onnx
from onnx import numpy_helper
from onnx.backend.test.loader import load_model_tests
from safetensors.numpy import save


def tensors(folder, kind):
    found = []
    while os.path.exists(path := os.path.join(folder, f"{kind}_{len(found)}.pb")):
        tensor = onnx.TensorProto()
        with open(path, "rb") as file:
            tensor.ParseFromString(file.read())
        found.append(numpy_helper.to_array(tensor))
    return found


def read(case):
    if case.model is not None:
        return case.model, *case.data_sets[0]
    folder = os.path.join(case.model_dir, "test_data_set_0")
    model = onnx.load(os.path.join(case.model_dir, "model.onnx"))
    return model, tensors(folder, "input"), tensors(folder, "output")


def with_weights(model, arrays):
    """The model with weights, and the inputs that are data, by name."""
    weights = {tensor.name for tensor in model.graph.initializer}
    data = {}
    for info, array in zip([info for info in model.graph.input if info.name not in weights], arrays):
        array = numpy.asarray(array, order="C")
        if not data or array.shape == next(iter(data.values())).shape:
            data[info.name] = array
        else:
            model.graph.initializer.append(numpy_helper.from_array(array, info.name))
    return model, data


def names(file):
    with open(file, encoding="utf-8") as lines:
        return [line.split()[0] for line in lines]


def write(archive, name, content):
    archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)


accepted, refused = names("accepted.txt"), names("refused.txt")
with zipfile.ZipFile("conformance.zip", "w") as archive:
    for kind in ["node", "pytorch-converted", "pytorch-operator", "simple"]:
        for case in load_model_tests(kind=kind):
            name = kind + "/" + case.name.removeprefix("test_")
            if name not in accepted and name not in refused:
                continue
            model, inputs, outputs = read(case)
            model, data = with_weights(model, inputs)
            write(archive, name + ".onnx", model.SerializeToString())
            if name in accepted:
                results = {"input " + key: array for key, array in data.items()}
                for info, array in zip(model.graph.output, outputs):
                    results["output " + info.name] = numpy.array(array, order="C")
                write(archive, name + ".safetensors", save(results))
