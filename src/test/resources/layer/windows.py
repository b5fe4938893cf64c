"""Prints what PyTorch's convolutions and poolings yield, in float64, with their gradients: python windows.py > windows.txt

Made with PyTorch 2.13.0.
"""
import random

import torch

from fixtures import image, show, weight


def pair(least, most):
    return random.randint(least, most), random.randint(least, most)


def pooling(kind, make, **more):
    kernel = pair(1, 4)
    settings = dict(layer=kind, kernel=kernel, stride=pair(1, 3),
                    padding=(random.randint(0, kernel[0] // 2), random.randint(0, kernel[1] // 2)),
                    dilation=pair(1, 2) if kind == "MaxPool2d" else (1, 1), ceil=random.choice([True, False]), **more)
    x = image(1, 3, random.randint(4, 9), random.randint(4, 9)).requires_grad_()
    settings["image"] = tuple(x.shape)
    try:
        y = make(settings)(x)
    except RuntimeError:  # the window does not fit
        return pooling(kind, make, **more)
    show(settings, y, x)


def convolution(kind):
    groups = random.randint(1, 3)
    stride, dilation = pair(1, 3), pair(1, 2)
    settings = dict(layer=kind, kernel=pair(1, 4), stride=stride, padding=pair(0, 2), dilation=dilation, groups=groups,
                    filters=groups * random.randint(1, 2))
    channels = groups * random.randint(1, 2)
    arguments = [channels, settings["filters"], settings["kernel"]]
    keywords = dict(stride=stride, padding=settings["padding"], dilation=dilation, groups=groups, bias=False)
    if kind == "ConvTranspose2d":
        settings["outputPadding"] = tuple(random.randrange(max(s, d)) for s, d in zip(stride, dilation))
        keywords["output_padding"] = settings["outputPadding"]
    x = image(1, channels, random.randint(3, 7), random.randint(3, 7)).requires_grad_()
    settings["image"] = tuple(x.shape)
    layer = getattr(torch.nn, kind)(*arguments, **keywords)
    layer.weight = torch.nn.Parameter(weight(*layer.weight.shape))
    try:
        y = layer(x)
    except RuntimeError:  # the window does not fit
        return convolution(kind)
    show(settings, y, x, layer.weight)


random.seed(20)
for _ in range(12):
    pooling("MaxPool2d", lambda s: torch.nn.MaxPool2d(s["kernel"], s["stride"], s["padding"], s["dilation"], ceil_mode=s["ceil"]))
for count in [True, False] * 8:
    pooling("AvgPool2d", lambda s: torch.nn.AvgPool2d(s["kernel"], s["stride"], s["padding"], s["ceil"], s["countPadding"]),
            countPadding=count)
for _ in range(8):
    convolution("Conv2d")
    convolution("ConvTranspose2d")
