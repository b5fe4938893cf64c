"""Writes what PyTorch says of the reference networks: python reference_networks.py [NAME ...]

NAME.names.txt: the names and shapes of the state dict at full size.
NAME.values.txt: the outputs of a small case in evaluation and in training mode, and three values of each running statistic after that
step, in float64 with weights by a formula that ReferenceNetworksTest knows too.

Made with PyTorch 2.13.0 and torchvision 0.28.0.
"""
import sys

import numpy
import torch
from torch import nn
from torchvision import models
from torchvision.models.resnet import BasicBlock


def cifar_resnet(depth):
    """He et al. 2016, section 4.2, of torchvision's blocks: torchvision has no networks for images of CIFAR."""
    net = models.ResNet(BasicBlock, [(depth - 2) // 6] * 4, num_classes=10)
    net.inplanes = 16
    net.conv1 = nn.Conv2d(3, 16, 3, padding=1, bias=False)
    net.bn1 = nn.BatchNorm2d(16)
    net.maxpool = nn.Identity()
    for stage, width in enumerate([16, 32, 64]):
        layer = net._make_layer(BasicBlock, width, (depth - 2) // 6, stride=1 if stage == 0 else 2)
        setattr(net, f"layer{stage + 1}", layer)
    net.layer4 = nn.Identity()
    net.fc = nn.Linear(64, 10)
    return net


class DoubleConv(nn.Module):

    def __init__(self, before, filters, between):
        super().__init__()
        self.double_conv = nn.Sequential(
            nn.Conv2d(before, between, 3, padding=1, bias=False), nn.BatchNorm2d(between), nn.ReLU(),
            nn.Conv2d(between, filters, 3, padding=1, bias=False), nn.BatchNorm2d(filters), nn.ReLU())

    def forward(self, x):
        return self.double_conv(x)


class Down(nn.Module):

    def __init__(self, before, filters):
        super().__init__()
        self.maxpool_conv = nn.Sequential(nn.MaxPool2d(2), DoubleConv(before, filters, filters))

    def forward(self, x):
        return self.maxpool_conv(x)


class Up(nn.Module):

    def __init__(self, before, filters, bilinear):
        super().__init__()
        self.up = (nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True) if bilinear
                   else nn.ConvTranspose2d(before, before // 2, 2, stride=2))
        self.conv = DoubleConv(before, filters, before // 2 if bilinear else filters)

    def forward(self, x, skip):
        x = self.up(x)
        rows, columns = skip.shape[2] - x.shape[2], skip.shape[3] - x.shape[3]
        x = nn.functional.pad(x, [columns // 2, columns - columns // 2, rows // 2, rows - rows // 2])
        return self.conv(torch.cat([skip, x], 1))


class OutConv(nn.Module):

    def __init__(self, before, classes):
        super().__init__()
        self.conv = nn.Conv2d(before, classes, 1)

    def forward(self, x):
        return self.conv(x)


class UNet(nn.Module):
    """With the names of github.com/milesial/Pytorch-UNet, which torch.hub offers; torchvision has no U-Net."""

    def __init__(self, bilinear, width=64, classes=2):
        super().__init__()
        w, half = width, 2 if bilinear else 1
        self.inc = DoubleConv(3, w, w)
        self.down1 = Down(w, 2 * w)
        self.down2 = Down(2 * w, 4 * w)
        self.down3 = Down(4 * w, 8 * w)
        self.down4 = Down(8 * w, 16 * w // half)
        self.up1 = Up(16 * w, 8 * w // half, bilinear)
        self.up2 = Up(8 * w, 4 * w // half, bilinear)
        self.up3 = Up(4 * w, 2 * w // half, bilinear)
        self.up4 = Up(2 * w, w, bilinear)
        self.outc = OutConv(w, classes)

    def forward(self, x):
        skips = [self.inc(x)]
        for down in [self.down1, self.down2, self.down3, self.down4]:
            skips.append(down(skips[-1]))
        x = skips.pop()
        for up in [self.up1, self.up2, self.up3, self.up4]:
            x = up(x, skips.pop())
        return self.outc(x)


def small_vgg(depth):
    """With 32 features between its dense layers instead of 4096, which are 120 million weights."""
    net = getattr(models, f"vgg{depth}_bn")(num_classes=10)
    net.classifier[0] = nn.Linear(512 * 7 * 7, 32)
    net.classifier[3] = nn.Linear(32, 32)
    net.classifier[6] = nn.Linear(32, 10)
    return net


def inception(name, classes=1000):
    return getattr(models, name)(num_classes=classes, aux_logits=True, transform_input=True, init_weights=False)


FULL = {name: getattr(models, name) for name in [
    "resnet18", "resnet34", "resnet50", "resnet101", "resnet152", "vgg11_bn", "vgg13_bn", "vgg16_bn", "vgg19_bn", "mobilenet_v2",
    "mobilenet_v3_large", "mobilenet_v3_small", "densenet121", "densenet161", "efficientnet_b0", "efficientnet_b3", "efficientnet_b5",
    "shufflenet_v2_x0_5", "shufflenet_v2_x1_0", "shufflenet_v2_x1_5", "shufflenet_v2_x2_0"]}
FULL["googlenet"] = lambda: inception("googlenet")
FULL["inception_v3"] = lambda: inception("inception_v3")
FULL["cifar_resnet20"] = lambda: cifar_resnet(20)
FULL["cifar_resnet110"] = lambda: cifar_resnet(110)
FULL["unet"] = lambda: UNet(False)
FULL["unet_bilinear"] = lambda: UNet(True)

"""A small network, the number of images, and their height and width."""
SMALL = {name: (lambda name=name: getattr(models, name)(num_classes=10), 4, 64, 64) for name in [
    "resnet18", "resnet50", "mobilenet_v2", "mobilenet_v3_large", "mobilenet_v3_small", "densenet121", "efficientnet_b0",
    "efficientnet_b5", "shufflenet_v2_x1_0"]}
SMALL["vgg11_bn"] = (lambda: small_vgg(11), 4, 64, 64)
SMALL["googlenet"] = (lambda: inception("googlenet", 10), 4, 64, 64)
SMALL["inception_v3"] = (lambda: inception("inception_v3", 10), 2, 347, 347)
SMALL["cifar_resnet20"] = (lambda: cifar_resnet(20), 4, 32, 32)
SMALL["unet"] = (lambda: UNet(False, 6, 3), 2, 36, 50)
SMALL["unet_bilinear"] = (lambda: UNet(True, 6, 3), 2, 36, 50)


def uniform(name, shape):
    """From 0 to below 1: the mixing of MurmurHash3 of the element's number and the hash (FNV-1a) of the name."""
    seed = 2166136261
    for byte in name.encode():
        seed = (seed ^ byte) * 16777619 % 2**32
    with numpy.errstate(over="ignore"):
        x = numpy.uint32(seed) + numpy.arange(torch.Size(shape).numel(), dtype=numpy.uint32) * numpy.uint32(0x9E3779B9)
        x = (x ^ (x >> numpy.uint32(16))) * numpy.uint32(0x85EBCA6B)
        x = (x ^ (x >> numpy.uint32(13))) * numpy.uint32(0xC2B2AE35)
        x = x ^ (x >> numpy.uint32(16))
    return torch.from_numpy((x >> numpy.uint32(8)).astype(numpy.float64) / 2**24).reshape(shape)


def formula(name, shape):
    u = uniform(name, shape)
    if name.endswith("running_var"):
        return u + 0.5
    if name.endswith("weight") and len(shape) == 1:
        return u / 2 + 0.5
    if name.endswith("weight"):
        return (2 * u - 1) * (6 / (u.numel() / shape[0])) ** 0.5
    return (2 * u - 1) * 0.2


def biases_before_norms(net):
    """By the name of the running mean that contains it: bn4j takes such a bias out of network and mean."""
    found, before = {}, None
    for name, module in net.named_modules():
        if isinstance(module, nn.BatchNorm2d) and isinstance(before, nn.Conv2d) and before.bias is not None:
            found[name + ".running_mean"] = before.bias.detach()
        before = module
    return found


def numbers(values):
    return " ".join(f"{value:.9g}" for value in values.flatten().tolist())


def some(values):
    """All of a few numbers; of an image one in 101, after how many that is."""
    step = 1 if values.numel() <= 100 else 101
    return f"{step} {numbers(values.flatten()[::step])}"


def outputs(result):
    """In bn4j's order: the scores, then the first auxiliary classifier."""
    return [result] if torch.is_tensor(result) else [result[0], *reversed(result[1:])]


def write_names(name):
    with open(f"{name}.names.txt", "w") as file:
        for tensor, value in FULL[name]().state_dict().items():
            if not tensor.endswith("num_batches_tracked"):
                print(tensor, ",".join(map(str, value.shape)), file=file)


def write_values(name):
    make, batch, height, width = SMALL[name]
    net = make().double()
    state = net.state_dict()
    net.load_state_dict({tensor: value if tensor.endswith("num_batches_tracked") else formula(tensor, value.shape)
                         for tensor, value in state.items()})
    for module in net.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0
        if hasattr(module, "stochastic_depth"):
            module.stochastic_depth.p = 0.0
    x = 2 * uniform("image", (batch, 3, height, width)) - 1
    absorbed = biases_before_norms(net)
    with torch.no_grad(), open(f"{name}.values.txt", "w") as file:
        net.eval()
        print("image", f"{batch},3,{height},{width}", file=file)
        for y in outputs(net(x))[:1]:
            print("eval", ",".join(map(str, y.shape)), some(y), file=file)
        net.train()
        for y in outputs(net(x)):
            print("train", ",".join(map(str, y.shape)), some(y), file=file)
        for tensor, value in net.state_dict().items():
            if "running" in tensor:
                value = value - absorbed.get(tensor, 0)
                print(tensor, numbers(value[[0, len(value) // 2, len(value) - 1]]), file=file)


if __name__ == "__main__":
    torch.manual_seed(0)
    for name in sys.argv[1:] or FULL:
        write_names(name)
        if name in SMALL:
            write_values(name)
