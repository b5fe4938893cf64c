#!/usr/bin/env python3
"""Compact seeded PyTorch fixtures: weights, what comes out in evaluation and in training, ONNX with and without batch norms.

usage: networks.py OUT_DIR
Made with PyTorch 2.13.0, onnx 1.23.1, onnxscript and safetensors. Per net NAME it writes
  NAME.safetensors        state dict with random, non-trivial running statistics, gammas and betas
  NAME.io.safetensors     input, eval (output in eval mode), train (output in train mode of the same state),
                          after.* (running statistics after that one train step), loss gradients of two parameters
  NAME.bn.onnx            TorchScript exporter, opset 17, eval mode, BatchNormalization kept
  NAME.train.onnx         the same with training_mode=1 and dropout kept
  NAME.folded.onnx        TorchScript exporter, eval mode, convolution and batch norm folded
  NAME.dynamo.onnx        dynamo exporter (opset 20), folded, weights inside the file
"""
import copy, io, logging, os, sys, warnings
import torch
from torch import nn
from torch.nn import functional as F
from safetensors.torch import save_file
warnings.filterwarnings('ignore'); logging.disable(logging.WARNING)
torch.set_num_threads(1)
T = torch.onnx.TrainingMode


def cbr(i, o, k=3, s=1, g=1, bias=False, act=nn.ReLU, eps=1e-5, mom=0.1):
    layers = [nn.Conv2d(i, o, k, s, k // 2, groups=g, bias=bias), nn.BatchNorm2d(o, eps=eps, momentum=mom)]
    return nn.Sequential(*layers, *([act()] if act else []))


class Basic(nn.Module):
    def __init__(s, i, o, stride):
        super().__init__()
        s.conv1 = nn.Conv2d(i, o, 3, stride, 1, bias=False); s.bn1 = nn.BatchNorm2d(o); s.relu = nn.ReLU(inplace=True)
        s.conv2 = nn.Conv2d(o, o, 3, 1, 1, bias=False); s.bn2 = nn.BatchNorm2d(o)
        s.downsample = nn.Sequential(nn.Conv2d(i, o, 1, stride, bias=False), nn.BatchNorm2d(o)) if stride > 1 or i != o else None
    def forward(s, x):
        y = s.bn2(s.conv2(s.relu(s.bn1(s.conv1(x)))))
        return s.relu(y + (x if s.downsample is None else s.downsample(x)))


class ResNet(nn.Module):          # names of torchvision's resnet18
    def __init__(s, w=8, classes=5):
        super().__init__()
        s.conv1 = nn.Conv2d(3, w, 7, 2, 3, bias=False); s.bn1 = nn.BatchNorm2d(w); s.relu = nn.ReLU(inplace=True)
        s.maxpool = nn.MaxPool2d(3, 2, 1)
        s.layer1 = nn.Sequential(Basic(w, w, 1), Basic(w, w, 1)); s.layer2 = nn.Sequential(Basic(w, 2 * w, 2), Basic(2 * w, 2 * w, 1))
        s.avgpool = nn.AdaptiveAvgPool2d((1, 1)); s.fc = nn.Linear(2 * w, classes)
    def forward(s, x):
        x = s.maxpool(s.relu(s.bn1(s.conv1(x))))
        return s.fc(torch.flatten(s.avgpool(s.layer2(s.layer1(x))), 1))


class Vgg(nn.Module):             # biases before batch norm, as torchvision's vgg_bn has them
    def __init__(s, classes=5):
        super().__init__()
        f, i = [], 3
        for o in (8, 'M', 16, 16, 'M'):
            f += [nn.MaxPool2d(2, 2)] if o == 'M' else [nn.Conv2d(i, o, 3, padding=1), nn.BatchNorm2d(o), nn.ReLU(inplace=True)]
            i = i if o == 'M' else o
        s.features = nn.Sequential(*f); s.avgpool = nn.AdaptiveAvgPool2d((4, 4))
        s.classifier = nn.Sequential(nn.Linear(16 * 16, 32), nn.BatchNorm1d(32), nn.ReLU(True), nn.Dropout(0.5), nn.Linear(32, classes))
    def forward(s, x): return s.classifier(torch.flatten(s.avgpool(s.features(x)), 1))


class Inverted(nn.Module):
    def __init__(s, i, o, stride, t):
        super().__init__()
        h = i * t; l = []
        if t != 1: l.append(cbr(i, h, 1, act=nn.ReLU6))
        s.conv = nn.Sequential(*l, cbr(h, h, 3, stride, h, act=nn.ReLU6), nn.Conv2d(h, o, 1, bias=False), nn.BatchNorm2d(o))
        s.res = stride == 1 and i == o
    def forward(s, x): return x + s.conv(x) if s.res else s.conv(x)


class MobileNet2(nn.Module):
    def __init__(s, classes=5):
        super().__init__()
        s.features = nn.Sequential(cbr(3, 8, 3, 2, act=nn.ReLU6), Inverted(8, 8, 1, 1), Inverted(8, 12, 2, 4), Inverted(12, 12, 1, 4), cbr(12, 32, 1, act=nn.ReLU6))
        s.classifier = nn.Sequential(nn.Dropout(0.2), nn.Linear(32, classes))
    def forward(s, x): return s.classifier(F.adaptive_avg_pool2d(s.features(x), (1, 1)).flatten(1))


def double(i, o): return nn.Sequential(nn.Conv2d(i, o, 3, padding=1), nn.BatchNorm2d(o), nn.ReLU(True), nn.Conv2d(o, o, 3, padding=1, bias=False), nn.BatchNorm2d(o), nn.ReLU(True))


class UNet(nn.Module):
    def __init__(s, w=6, classes=2):
        super().__init__()
        s.inc = double(3, w); s.down1 = double(w, 2 * w); s.down2 = double(2 * w, 4 * w)
        s.up2 = nn.ConvTranspose2d(4 * w, 2 * w, 2, 2); s.dec2 = double(4 * w, 2 * w)
        s.up1 = nn.Sequential(nn.Upsample(scale_factor=2, mode='nearest'), nn.Conv2d(2 * w, w, 1)); s.dec1 = double(2 * w, w)
        s.out = nn.Conv2d(w, classes, 1)
    def forward(s, x):
        a = s.inc(x); b = s.down1(F.max_pool2d(a, 2)); c = s.down2(F.max_pool2d(b, 2))
        return s.out(s.dec1(torch.cat([a, s.up1(s.dec2(torch.cat([b, s.up2(c)], 1)))], 1)))


class SE(nn.Module):
    def __init__(s, c, r, act, gate):
        super().__init__()
        s.avgpool = nn.AdaptiveAvgPool2d(1); s.fc1 = nn.Conv2d(c, r, 1); s.fc2 = nn.Conv2d(r, c, 1); s.activation = act(); s.scale = gate()
    def forward(s, x): return s.scale(s.fc2(s.activation(s.fc1(s.avgpool(x))))) * x


class MBConv(nn.Module):
    def __init__(s, i, o, k, stride, t, act, gate):
        super().__init__()
        h = i * t; kw = dict(act=act, eps=1e-3, mom=0.01)
        s.block = nn.Sequential(*([cbr(i, h, 1, **kw)] if t > 1 else []), cbr(h, h, k, stride, h, **kw), SE(h, max(1, i // 4), act if act is nn.SiLU else nn.ReLU, gate), cbr(h, o, 1, act=None, eps=1e-3, mom=0.01))
        s.res = stride == 1 and i == o
    def forward(s, x): return s.block(x) + x if s.res else s.block(x)


class EfficientNet(nn.Module):
    def __init__(s, act=nn.SiLU, gate=nn.Sigmoid, classes=5):
        super().__init__()
        s.features = nn.Sequential(cbr(3, 8, 3, 2, act=act, eps=1e-3, mom=0.01), MBConv(8, 8, 3, 1, 1, act, gate), MBConv(8, 12, 5, 2, 4, act, gate), MBConv(12, 12, 3, 1, 4, act, gate), cbr(12, 32, 1, act=act, eps=1e-3, mom=0.01))
        s.avgpool = nn.AdaptiveAvgPool2d(1); s.classifier = nn.Sequential(nn.Dropout(0.2), nn.Linear(32, classes))
    def forward(s, x): return s.classifier(torch.flatten(s.avgpool(s.features(x)), 1))


NETS = {'resnet': (ResNet, 32), 'vgg_bias': (Vgg, 16), 'mobilenet2': (MobileNet2, 32), 'unet': (UNet, 16),
        'efficientnet': (EfficientNet, 32)}

SEEDS = {'resnet': 0, 'vgg_bias': 1, 'mobilenet2': 2, 'unet': 4, 'efficientnet': 5}


def lively(net, gen):
    """Running statistics, gammas, betas and biases that are nobody's default; some gammas 0 or negative."""
    for m in net.modules():
        if isinstance(m, nn.modules.batchnorm._BatchNorm):
            c = m.num_features
            m.running_mean.copy_(torch.randn(c, generator=gen) * 0.3); m.running_var.copy_(torch.rand(c, generator=gen) * 1.5 + 0.25)
            g = torch.rand(c, generator=gen) + 0.5; g[0] = -g[0]; g[-1] = 0 if c > 6 else g[-1]
            m.weight.data.copy_(g); m.bias.data.copy_(torch.randn(c, generator=gen) * 0.2); m.num_batches_tracked.fill_(7)
        elif isinstance(m, (nn.Conv2d, nn.Linear, nn.ConvTranspose2d)) and m.bias is not None:
            m.bias.data.copy_(torch.randn(m.bias.shape, generator=gen) * 0.3)


def onnx_file(net, x, path, train=False, **kw):
    f = io.BytesIO(); n = copy.deepcopy(net).train(train)
    # the exporter runs the net once, which moves running statistics: freeze them by momentum 0 and write the true ones back
    import onnx
    torch.onnx.export(n, (x,), f, input_names=['x'], output_names=['y'], **kw)
    m = onnx.load_from_string(f.getvalue()); true = {k: v for k, v in net.state_dict().items() if 'running' in k}
    for i in m.graph.initializer:
        if i.name in true: i.raw_data = true[i.name].numpy().tobytes()
    for n in m.graph.node: n.ClearField('doc_string'); n.ClearField('metadata_props')
    m.graph.ClearField('metadata_props'); [v.ClearField('metadata_props') for v in list(m.graph.value_info) + list(m.graph.input) + list(m.graph.output)]
    onnx.checker.check_model(m, full_check=True); onnx.save(m, path); return m


def main(out):
    os.makedirs(out, exist_ok=True)
    for name, (cls, hw) in NETS.items():
        k = SEEDS[name]
        torch.manual_seed(100 + k); gen = torch.Generator().manual_seed(1000 + k)
        net = cls(); lively(net, gen); x = torch.randn(6, 3, hw, hw, generator=gen)
        p = os.path.join(out, name)
        save_file({n: t.contiguous() for n, t in net.state_dict().items()}, p + '.safetensors')
        io_ = {'input': x, 'eval': copy.deepcopy(net).eval()(x).detach()}
        t = copy.deepcopy(net).train()
        for m in t.modules():
            if isinstance(m, nn.Dropout): m.p = 0.0          # masks differ between libraries
        y = t(x); (y * y).mean().backward(); io_['train'] = y.detach()
        for n, b in t.named_buffers():
            if 'running' in n: io_['after.' + n] = b
        ps = [(n, q) for n, q in t.named_parameters()]
        for n, q in (ps[0], ps[-2]): io_['grad.' + n] = q.grad
        save_file({n: v.contiguous() for n, v in io_.items()}, p + '.io.safetensors')
        dyn = dict(dynamic_axes={'x': {0: 'n'}, 'y': {0: 'n'}}, dynamo=False, opset_version=17)
        onnx_file(net, x, p + '.bn.onnx', training=T.PRESERVE, do_constant_folding=False, **dyn)
        onnx_file(net, x, p + '.train.onnx', train=True, training=T.TRAINING, do_constant_folding=False, **dyn)
        onnx_file(net, x, p + '.folded.onnx', **dyn)
        onnx_file(net, x, p + '.dynamo.onnx', dynamo=True, external_data=False, verbose=False, dynamic_shapes=({0: torch.export.Dim('n', min=1, max=512)},))


if __name__ == '__main__':
    main(sys.argv[1] if len(sys.argv) > 1 else 'fixtures')
