#!/usr/bin/env python3
"""Sequences that PyTorch makes longer: what comes out, and two ONNX files.

usage: upsampled.py OUT_DIR
Made with PyTorch 2.13.0, onnx 1.23.1 and onnxscript.
  upsampled.io.safetensors  input, all (output of the former file), nearest (of the latter)
  upsampled.script.onnx     TorchScript exporter, opset 17
  upsampled.dynamo.onnx     dynamo exporter, which takes linear interpolation of sequences apart: nearest alone
"""
import logging, os, sys, warnings
import onnx, torch
from torch import nn
from safetensors.torch import save_file
warnings.filterwarnings('ignore'); logging.disable(logging.WARNING)
torch.set_num_threads(1)
torch.manual_seed(22)
out = sys.argv[1]

net = nn.Sequential(
    nn.Conv1d(2, 4, 3), nn.Upsample(scale_factor=2), nn.Tanh(), nn.Upsample(scale_factor=3, mode='linear'), nn.Tanh(),
    nn.Upsample(scale_factor=2, mode='linear', align_corners=True), nn.Tanh(), nn.Upsample(size=85), nn.Conv1d(4, 3, 5)).eval()
x = torch.randn(5, 2, 7)
nearest = nn.Sequential(nn.Conv1d(2, 4, 3), nn.Upsample(scale_factor=2), nn.Tanh(), nn.Upsample(size=17), nn.Conv1d(4, 3, 5)).eval()
save_file({'input': x, 'all': net(x).detach(), 'nearest': nearest(x).detach()}, os.path.join(out, 'upsampled.io.safetensors'))
names = dict(input_names=['x'], output_names=['y'])
torch.onnx.export(net, (x,), os.path.join(out, 'upsampled.script.onnx'), opset_version=17, dynamo=False,
                  dynamic_axes={'x': {0: 'batch'}}, **names)
torch.onnx.export(nearest, (x,), os.path.join(out, 'upsampled.dynamo.onnx'), dynamo=True, external_data=False, verbose=False,
                  dynamic_shapes=({0: torch.export.Dim('batch')},), **names)
# The exporters also write where in whose folders each node was called.
for name in ['script', 'dynamo']:
    path = os.path.join(out, f'upsampled.{name}.onnx'); m = onnx.load(path)
    for n in m.graph.node: n.ClearField('doc_string'); n.ClearField('metadata_props')
    m.graph.ClearField('metadata_props'); [v.ClearField('metadata_props') for v in list(m.graph.value_info) + list(m.graph.input) + list(m.graph.output)]
    onnx.save(m, path)
