#!/usr/bin/env python3
"""A seeded network over sequences from PyTorch: its state dict, what comes out, and two ONNX files.

usage: signals.py OUT_DIR
Made with PyTorch 2.13.0, onnx 1.23.1 and onnxscript.
  signals.safetensors     state dict with random, non-trivial running statistics, gammas and betas
  signals.io.safetensors  input, eval (output in eval mode), train (output in train mode of the same state)
  signals.bn.onnx         TorchScript exporter, opset 17, batch norms kept
  signals.dynamo.onnx     dynamo exporter, folded
"""
import copy, logging, os, sys, warnings
import torch
from torch import nn
from safetensors.torch import save_file
warnings.filterwarnings('ignore'); logging.disable(logging.WARNING)
torch.set_num_threads(1)
torch.manual_seed(21)
out = sys.argv[1]

net = nn.Sequential(
    nn.Conv1d(3, 10, 7, stride=2, padding=3), nn.BatchNorm1d(10), nn.PReLU(10), nn.MaxPool1d(3, 2, 1),
    nn.Conv1d(10, 20, 3, padding=2, dilation=2, groups=5, bias=False), nn.BatchNorm1d(20), nn.ReLU(), nn.AvgPool1d(2),
    nn.ConvTranspose1d(20, 6, 4, stride=3, padding=1, output_padding=1), nn.BatchNorm1d(6), nn.ReLU(),
    nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Linear(6, 4), nn.Softmax(1))
with torch.no_grad():
    for module in net.modules():
        if isinstance(module, nn.BatchNorm1d):
            module.weight.uniform_(0.5, 1.5); module.bias.normal_(); module.running_mean.normal_(); module.running_var.uniform_(0.5, 2)
x = torch.randn(5, 3, 50)
save_file(net.state_dict(), os.path.join(out, 'signals.safetensors'))
trained = copy.deepcopy(net).train()(x).detach()
net.eval()
save_file({'input': x, 'eval': net(x).detach(), 'train': trained}, os.path.join(out, 'signals.io.safetensors'))
names = dict(input_names=['x'], output_names=['y'])
torch.onnx.export(net, (x,), os.path.join(out, 'signals.bn.onnx'), opset_version=17, dynamo=False, do_constant_folding=False,
                  training=torch.onnx.TrainingMode.PRESERVE, dynamic_axes={'x': {0: 'batch'}}, **names)
torch.onnx.export(net, (x,), os.path.join(out, 'signals.dynamo.onnx'), dynamo=True, external_data=False,
                  dynamic_shapes=({0: torch.export.Dim('batch')},), **names)
# The exporter also writes where in whose folders each node was called.
import onnx
path = os.path.join(out, 'signals.dynamo.onnx'); m = onnx.load(path)
for n in m.graph.node: n.ClearField('doc_string'); n.ClearField('metadata_props')
m.graph.ClearField('metadata_props'); [v.ClearField('metadata_props') for v in list(m.graph.value_info) + list(m.graph.input) + list(m.graph.output)]
onnx.save(m, path)
