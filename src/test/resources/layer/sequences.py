"""Prints what PyTorch's layers over sequences yield, in float64, with their gradients: python sequences.py > sequences.txt

Made with PyTorch 2.13.0.
"""
import random

import torch

from fixtures import image, show, weight


def pooling(kind, make, **more):
    kernel = random.randint(1, 5)
    settings = dict(layer=kind, kernel=kernel, stride=random.randint(1, 3), padding=random.randint(0, kernel // 2),
                    dilation=random.randint(1, 2) if kind == "MaxPool1d" else 1, ceil=random.choice([True, False]), **more)
    x = image(1, 5, random.randint(6, 14)).requires_grad_()
    settings["image"] = tuple(x.shape)
    try:
        y = make(settings)(x)
    except RuntimeError:  # the window does not fit
        return pooling(kind, make, **more)
    show(settings, y, x)


def convolution(kind):
    groups = random.randint(1, 3)
    stride, dilation = random.randint(1, 3), random.randint(1, 3)
    settings = dict(layer=kind, kernel=random.randint(1, 5), stride=stride, padding=random.randint(0, 2), dilation=dilation,
                    groups=groups, filters=groups * random.randint(1, 3))
    channels = groups * random.randint(1, 3)
    keywords = dict(stride=stride, padding=settings["padding"], dilation=dilation, groups=groups, bias=False)
    if kind == "ConvTranspose1d":
        settings["outputPadding"] = random.randrange(max(stride, dilation))
        keywords["output_padding"] = settings["outputPadding"]
    x = image(1, channels, random.randint(4, 13)).requires_grad_()
    settings["image"] = tuple(x.shape)
    layer = getattr(torch.nn, kind)(channels, settings["filters"], settings["kernel"], **keywords)
    layer.weight = torch.nn.Parameter(weight(*layer.weight.shape))
    try:
        y = layer(x)
    except RuntimeError:  # the window does not fit
        return convolution(kind)
    show(settings, y, x, layer.weight)


def plain(kind, make, *shape):
    x = image(1, *shape).requires_grad_()
    show(dict(layer=kind, image=tuple(x.shape)), make(x), x)


random.seed(21)
for _ in range(8):
    pooling("MaxPool1d", lambda s: torch.nn.MaxPool1d(s["kernel"], s["stride"], s["padding"], s["dilation"], ceil_mode=s["ceil"]))
for count in [True, False] * 6:
    pooling("AvgPool1d", lambda s: torch.nn.AvgPool1d(s["kernel"], s["stride"], s["padding"], s["ceil"], s["countPadding"]),
            countPadding=count)
for _ in range(8):
    convolution("Conv1d")
    convolution("ConvTranspose1d")
for shape in [(5,), (3, 7), (5, 2, 3)]:
    plain("Softmax", torch.nn.Softmax(1), *shape)
plain("Permute", lambda x: x.permute(0, 2, 1), 3, 7)
plain("GlobalAvgPool1d", lambda x: torch.nn.AdaptiveAvgPool1d(1)(x).flatten(1), 5, 9)
plain("GlobalMaxPool1d", lambda x: torch.nn.AdaptiveMaxPool1d(1)(x).flatten(1), 5, 9)
plain("GlobalMaxPool2d", lambda x: torch.nn.AdaptiveMaxPool2d(1)(x).flatten(1), 5, 3, 4)

for factor, length in [(2, 7), (3, 5)]:
    for mode, aligned in [("nearest", None), ("linear", False), ("linear", True)]:
        x = image(1, 3, length).requires_grad_()
        show(dict(layer="Upsample1d", factor=factor, linear=mode == "linear", aligned=bool(aligned), image=tuple(x.shape)),
             torch.nn.Upsample(scale_factor=factor, mode=mode, align_corners=aligned)(x), x)
for size, length in [(4, 8), (3, 7), (5, 3)]:
    for kind in ["AdaptiveAvgPool1d", "AdaptiveMaxPool1d"]:
        x = image(1, 3, length).requires_grad_()
        show(dict(layer=kind, size=size, image=tuple(x.shape)), getattr(torch.nn, kind)(size)(x), x)
