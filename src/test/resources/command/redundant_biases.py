#!/usr/bin/env python3
"""Which biases and betas of networks change no output in training, found by changing them at random in float64.

usage: redundant_biases.py NETWORKS_DIR > redundant_biases.txt

NETWORKS_DIR has networks.py, the nets of the PyTorch fixtures; models.py beside this file has another. Made with PyTorch 2.13.0 and
onnx 1.23.1. For each net, and for each light_* graph that the onnx wheel has among its backend test data, it prints a line

  NAME BIAS redundant|needed

for the bias of each convolution and linear layer (Conv, ConvTranspose and Gemm of a graph) and, of the nets, the beta of each
batch normalisation, by the name of its tensor. Batch normalisation measures the batch, dropout is off. The weights of light graphs,
which are all the same number, are drawn at random: whether a bias is redundant depends on the structure alone. A bias is redundant
if random numbers added to it change no output by more than 1e-9 of the largest one; those of the others change it by more than 1e-7.
"""
import glob, os, sys
import numpy as np
import onnx, torch
from onnx import numpy_helper
from torch import nn
from torch.nn import functional as F
torch.set_num_threads(1); torch.set_grad_enabled(False)


def verdict(run, bias, gen):
    before = run()
    kept = bias.clone()
    bias += (torch.rand(bias.shape, generator=gen, dtype=torch.float64) + 0.5) * torch.where(torch.rand(bias.shape, generator=gen) < 0.5, -1, 1)
    change = ((run() - before).abs().max() / before.abs().max()).item()
    bias.copy_(kept)
    assert change < 1e-9 or change > 1e-7, change
    return 'redundant' if change < 1e-9 else 'needed'


def modules(folder):
    sys.path.insert(0, folder)
    import models, networks
    for name, (cls, size) in {**networks.NETS, **models.NETS}.items():
        torch.manual_seed(1); gen = torch.Generator().manual_seed(2)
        net = cls(); networks.lively(net, gen); net = net.double().train()
        for m in net.modules():
            if isinstance(m, nn.Dropout): m.p = 0.0
        x = torch.randn(6, 3, size, size, generator=gen, dtype=torch.float64)
        for path, m in net.named_modules():
            if isinstance(m, (nn.Conv2d, nn.ConvTranspose2d, nn.Linear, nn.BatchNorm1d, nn.BatchNorm2d)) and m.bias is not None:
                print(name, path + '.bias', verdict(lambda: net(x), m.bias.data, gen), flush=True)


def pads(a, x, value=0.0):
    p = a.get('pads', [0, 0, 0, 0])
    return F.pad(x, (p[1], p[3], p[0], p[2]), value=value)


def average(a, x):
    k, s = a['kernel_shape'], a.get('strides', [1, 1])
    total = F.avg_pool2d(pads(a, x), k, s)
    share = F.avg_pool2d(pads(a, torch.ones_like(x)), k, s)
    return total if a.get('count_include_pad', 0) else total / share


def node(n, v, weights):
    a = {i.name: onnx.helper.get_attribute_value(i) for i in n.attribute}
    i = [v[name] for name in n.input]; t = n.op_type
    if t == 'Conv': return F.conv2d(pads(a, i[0]), i[1], i[2] if len(i) > 2 else None, a.get('strides', 1), 0, a.get('dilations', 1), a.get('group', 1))
    if t == 'BatchNormalization':
        e = a.get('epsilon', 1e-5)
        return F.batch_norm(i[0], None, None, i[1], i[2], training=True, eps=e)
    if t == 'Relu': return F.relu(i[0])
    if t == 'MaxPool': return F.max_pool2d(pads(a, i[0], -torch.inf), a['kernel_shape'], a.get('strides', [1, 1]))
    if t == 'AveragePool': return average(a, i[0])
    if t == 'GlobalAveragePool': return i[0].mean((2, 3), keepdim=True)
    if t == 'LRN': return F.local_response_norm(i[0], a['size'], a['alpha'], a['beta'], a['bias'])
    if t == 'Gemm': return (i[0] @ (i[1].T if a.get('transB', 0) else i[1])) + i[2]
    if t in ('Add', 'Sum'): return sum(i[1:], i[0])
    if t == 'Mul': return i[0] * i[1]
    if t == 'Concat': return torch.cat(i, a['axis'])
    if t == 'Unsqueeze':
        y = i[0]
        for axis in a['axes']: y = y.unsqueeze(axis)
        return y
    if t == 'Reshape':
        shape = [int(d) for d in i[1]]
        return i[0].reshape(shape if n.input[0] in weights else [len(i[0])] + shape[1:])     # files are for a batch of one
    if t == 'Transpose': return i[0].permute(a['perm'])
    if t == 'Softmax': return F.softmax(i[0].flatten(1), 1)
    if t == 'Dropout': return i[0]
    raise NotImplementedError(t)


def light():
    folder = os.path.join(os.path.dirname(onnx.__file__), 'backend', 'test', 'data', 'light')
    for file in sorted(glob.glob(os.path.join(folder, '*.onnx'))):
        name = os.path.basename(file)[:-len('.onnx')]
        graph = onnx.load(file).graph; gen = torch.Generator().manual_seed(3)
        given = {t.name: numpy_helper.to_array(t) for t in graph.initializer}
        values, nodes = {}, []
        for n in graph.node:
            if n.op_type == 'ConstantOfShape':
                shape = [int(d) for d in given[n.input[0]]]
                fan = int(np.prod(shape[1:])) if len(shape) > 1 else 1
                values[n.output[0]] = torch.randn(shape, generator=gen, dtype=torch.float64) * (2 / fan) ** 0.5
            else: nodes.append(n)
        for key, array in given.items():
            values[key] = torch.from_numpy(array.astype(np.float64)) if array.dtype != np.int64 else torch.from_numpy(array.copy())
        image = [i.name for i in graph.input if i.name not in given]
        values[image[0]] = torch.randn(2, 3, 224, 224, generator=gen, dtype=torch.float64)
        state = dict(values)

        def run():
            v = dict(state)
            for n in nodes: v[n.output[0]] = node(n, v, state)
            return v[graph.output[0].name]

        for n in nodes:
            if n.op_type in ('Conv', 'ConvTranspose', 'Gemm') and len(n.input) > 2:
                print(name, n.input[2], verdict(run, state[n.input[2]], gen), flush=True)


if __name__ == '__main__':
    modules(sys.argv[1])
    light()
