#!/usr/bin/env python3
"""The nets of the PyTorch fixtures as ONNX.

usage: models.py NETWORKS_DIR OUT_DIR

NETWORKS_DIR has networks.py, the nets, their seeds and their lively values. Made with PyTorch 2.13.0 and onnx 1.23.1. Per net NAME it
writes NAME.onnx (TorchScript exporter, opset 17, BatchNormalization kept), likewise for a net that calls a layer twice, and of vgg_bias also NAME.folded.onnx (the same exporter as it
is called mostly: batch norms behind convolutions folded) and NAME.dynamo.onnx (the newer exporter: all folded).

light_shufflenet.onnx and light_resnet50.onnx beside them are copies of the files of the onnx wheel (Apache-2.0, backend/test/data/light).
"""
import copy, io, logging, os, sys, warnings
import onnx, torch
from torch import nn
warnings.filterwarnings('ignore'); logging.disable(logging.WARNING)
torch.set_num_threads(1)
T = torch.onnx.TrainingMode


class Shared(nn.Module):          # one bias for two calls, of which batch norm cancels one
    def __init__(s):
        super().__init__()
        s.conv = nn.Conv2d(3, 3, 3, padding=1); s.bn = nn.BatchNorm2d(3); s.fc = nn.Linear(3, 5)
    def forward(s, x): return s.fc(torch.relu(s.bn(s.conv(torch.relu(s.conv(x))))).mean((2, 3)))


NETS = {'shared': (Shared, 8)}

def onnx_file(net, x, path, **kw):
    f = io.BytesIO(); n = copy.deepcopy(net).eval()
    torch.onnx.export(n, (x,), f, input_names=['x'], output_names=['y'], **kw)
    m = onnx.load_from_string(f.getvalue())
    for n in m.graph.node: n.ClearField('doc_string'); n.ClearField('metadata_props')
    m.graph.ClearField('metadata_props'); [v.ClearField('metadata_props') for v in list(m.graph.value_info) + list(m.graph.input) + list(m.graph.output)]
    onnx.checker.check_model(m, full_check=True); onnx.save(m, path)


def main(folder, out):
    sys.path.insert(0, folder)
    import networks
    for name, (cls, size) in {**networks.NETS, **NETS}.items():
        k = networks.SEEDS.get(name, 6)
        torch.manual_seed(100 + k); gen = torch.Generator().manual_seed(1000 + k)
        net = cls(); networks.lively(net, gen); x = torch.randn(6, 3, size, size, generator=gen)
        path = os.path.join(out, name)
        script = dict(dynamic_axes={'x': {0: 'n'}, 'y': {0: 'n'}}, dynamo=False, opset_version=17)
        onnx_file(net, x, path + '.onnx', training=T.PRESERVE, do_constant_folding=False, **script)
        if name == 'vgg_bias':
            onnx_file(net, x, path + '.folded.onnx', **script)
            onnx_file(net, x, path + '.dynamo.onnx', dynamo=True, external_data=False, verbose=False, dynamic_shapes=({0: torch.export.Dim('n', min=1, max=512)},))


if __name__ == '__main__':
    main(sys.argv[1], sys.argv[2])
