#!/usr/bin/env python3
"""Writes one small state dict in every kind of file, and pickles that are more than tensors: python formats.py OUT_DIR

Made with PyTorch 2.13.0 and NumPy 2.4.6. All numbers can be held in bfloat16.
"""
import os
import sys

import numpy
import torch
from safetensors.torch import save_file

out = sys.argv[1]
state = {
    "0.weight": (torch.arange(6.0) / 4 - 0.5).reshape(2, 3),
    "0.bias": torch.tensor([0.25, -3.0]),
    "1.weight": torch.tensor([-1.5, 1024.0]),
    "1.bias": torch.tensor([0.0, -2.0**-20]),
    "1.running_mean": torch.tensor([1.0, 2.0]),
    "1.running_var": torch.tensor([0.5, 3.0]),
    "1.num_batches_tracked": torch.tensor(7),
}
floating = {name: tensor for name, tensor in state.items() if tensor.is_floating_point()}


def path(name):
    return os.path.join(out, name)


def cast(dtype):
    return {name: tensor.to(dtype) if tensor.is_floating_point() else tensor for name, tensor in state.items()}


save_file(state, path("f32.safetensors"))
save_file(cast(torch.float64), path("f64.safetensors"))
save_file(cast(torch.float16), path("f16.safetensors"))
save_file(cast(torch.bfloat16), path("bf16.safetensors"))
numpy.savez(path("plain.npz"), **{name: tensor.numpy() for name, tensor in state.items()})
numpy.savez_compressed(path("compressed.npz"), **{name: tensor.numpy() for name, tensor in cast(torch.float64).items()})
torch.save(state, path("plain.pt"))
model = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.BatchNorm1d(2))
model.load_state_dict(state)
torch.save(model.state_dict(), path("module.pt"))
torch.save({"epoch": 3, "model_state_dict": torch.nn.DataParallel(model).state_dict(), "loss": 0.25}, path("training.pt"))
# A view that is not in row-major order, and two names for one storage.
both = torch.arange(12.0).reshape(3, 4)
torch.save({"0.weight": both.t()[:2], "0.bias": both[1, 1:3], **{name: state[name] for name in state if name[0] == "1"}}, path("views.pt"))
torch.save(cast(torch.bfloat16), path("bf16.pt"))


class Call:
    def __reduce__(self):
        return os.system, ("touch called",)


torch.save({"0.weight": Call()}, path("calls.pt"))
torch.save(model, path("whole.pt"))
torch.save({"0.weight": [1.0, 2.0]}, path("list.pt"))
torch.save([torch.zeros(2)], path("no_dictionary.pt"))
numpy.savez(path("objects.npz"), **{"0.weight": numpy.array([{}], dtype=object)})
numpy.savez(path("fortran.npz"), **{"0.weight": numpy.asfortranarray(numpy.ones((2, 3)))})
