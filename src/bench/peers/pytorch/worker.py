"""PyTorch's side of the benchmark: the networks of Nets.java, the protocol of Worker.java."""

import os
import sys
import time

import torch
from torch import nn

THREADS = int(os.environ["OMP_NUM_THREADS"])


def conv(i, o, kernel=3, stride=1, groups=1):
    return [nn.Conv2d(i, o, kernel, stride, kernel // 2, groups=groups, bias=False), nn.BatchNorm2d(o)]


def conv_relu(*sizes, **settings):
    return conv(*sizes, **settings) + [nn.ReLU()]


def dense_relu(i, o):
    return [nn.Linear(i, o, bias=False), nn.BatchNorm1d(o), nn.ReLU()]


def head(channels):
    return [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 10)]


class Residual(nn.Module):
    def __init__(self, i, o):
        super().__init__()
        stride = 1 if i == o else 2
        self.branch = nn.Sequential(*conv_relu(i, o, 3, stride), *conv(o, o))
        self.shortcut = nn.Identity() if i == o else nn.Sequential(*conv(i, o, 1, stride))

    def forward(self, x):
        return torch.relu(self.branch(x) + self.shortcut(x))


def cnn():
    layers = conv_relu(1, 32) + conv_relu(32, 32) + [nn.MaxPool2d(2)]
    layers += conv_relu(32, 64) + conv_relu(64, 64) + [nn.MaxPool2d(2)]
    return layers + [nn.Flatten()] + dense_relu(64 * 7 * 7, 128) + [nn.Linear(128, 10)]


def mlp():
    return dense_relu(64, 100) + dense_relu(100, 100) + dense_relu(100, 100) + [nn.Linear(100, 10)]


def resnet20():
    channels = [16] * 4 + [32] * 3 + [64] * 3
    return conv_relu(3, 16) + [Residual(i, o) for i, o in zip(channels, channels[1:])] + head(64)


def mobilenet():
    layers, i = conv_relu(3, 32), 32
    for o, stride in [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1)]:
        layers += conv_relu(i, i, 3, stride, groups=i) + conv_relu(i, o, 1)
        i = o
    return layers + head(256)


def norms():
    return [nn.BatchNorm2d(64) for _ in range(8)] + head(64)


NETS = {
    "cnn": (cnn, (1, 28, 28)),
    "mlp": (mlp, (64,)),
    "resnet20": (resnet20, (3, 32, 32)),
    "mobilenet": (mobilenet, (3, 32, 32)),
    "norms": (norms, (64, 28, 28)),
}


def opened(work, layout):
    """The step of a work such as cnn-64 or infer-cnn-1."""
    name, batch = work.removeprefix("infer-").split("-")
    make, shape = NETS[name]
    torch.manual_seed(42)
    net, x = nn.Sequential(*make()), torch.randn(int(batch), *shape)
    if layout == "channels_last":
        net = net.to(memory_format=torch.channels_last)
        if x.dim() == 4:
            x = x.to(memory_format=torch.channels_last)
    if work.startswith("infer-"):
        net.eval()

        def predict():
            with torch.inference_mode():
                net(x).numpy()

        return predict

    target = torch.randint(10, (int(batch),))
    loss = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9)

    def train():
        optimizer.zero_grad()
        value = loss(net(x), target)
        value.backward()
        optimizer.step()
        value.item()

    return train


def main(layout):
    torch.set_num_threads(THREADS)
    torch.set_num_interop_threads(1)
    step = None
    for line in sys.stdin:
        order, argument = line.split()
        try:
            if order == "open":
                step = opened(argument, layout)
                step()
                print("ok", flush=True)
            else:
                times = []
                for _ in range(int(argument)):
                    start = time.perf_counter_ns()
                    step()
                    times.append(time.perf_counter_ns() - start)
                print("ok", *times, flush=True)
        except Exception as failure:
            print("skip", repr(failure).splitlines()[0], flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
