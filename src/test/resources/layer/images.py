"""Prints what PyTorch's layers of images yield, in float64, with their gradients: python images.py > images.txt

Made with PyTorch 2.13.0.
"""
import torch
from torch import nn

from fixtures import image, show, weight


class Hardsigmoid(nn.Module):
    """By its definition, because the gradient of nn.Hardsigmoid has 1 / 6 in float32."""

    def forward(self, x):
        return nn.functional.relu6(x + 3) / 6


def run(layer, shape, w=None, **settings):
    x = image(1, *shape).requires_grad_()
    show(dict(layer=type(layer).__name__, image=tuple(x.shape), **settings), layer(x), x, w)


def upsample(shape, interpolation, factor=None, size=None):
    layer = nn.Upsample(size=size, scale_factor=factor, mode="nearest" if interpolation == "NEAREST" else "bilinear",
                        align_corners=None if interpolation == "NEAREST" else interpolation == "BILINEAR_ALIGNED")
    run(layer, shape, interpolation=interpolation, **(dict(factor=factor) if factor else dict(size=size)))


def prelu(shape, count):
    layer = nn.PReLU(count)
    layer.weight = nn.Parameter(weight(count))
    run(layer, shape, layer.weight, perChannel=count > 1)


for shape, size in [((3, 7, 9), (3, 4)), ((2, 6, 8), (3, 2)), ((3, 5, 4), (7, 6)), ((3, 4, 7), (1, 1)), ((2, 7, 7), (7, 7))]:
    run(nn.AdaptiveAvgPool2d(size), shape, size=size)
    run(nn.AdaptiveMaxPool2d(size), shape, size=size)
for interpolation in ["NEAREST", "BILINEAR", "BILINEAR_ALIGNED"]:
    for factor in [1, 2, 3]:
        upsample((3, 4, 5), interpolation, factor=factor)
    for size in [(7, 3), (5, 8), (1, 1), (2, 11)]:
        upsample((2, 4, 5), interpolation, size=size)
for groups in [1, 2, 3]:
    run(nn.ChannelShuffle(groups), (6, 3, 2), groups=groups)
# Without a 0 among the elements, where every slope between 1 and alpha is a derivative.
prelu((5, 1, 3), 5)
prelu((5, 1, 3), 1)
for activation in [Hardsigmoid(), nn.ReLU6()]:
    run(activation, (3, 4, 9))
for top, bottom, left, right in [(1, 2, 0, 3), (0, 0, 2, 1)]:
    for pad in [nn.ReplicationPad2d, nn.ReflectionPad2d, lambda sides: nn.ConstantPad2d(sides, -2.0)]:
        run(pad((left, right, top, bottom)), (2, 4, 5), sides=(top, bottom, left, right))
