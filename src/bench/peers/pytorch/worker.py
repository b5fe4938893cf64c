"""PyTorch's side of the benchmark: the networks of Recipe.java, the protocol of Worker.java."""

import os
import sys
import time

import torch
from torch import nn

THREADS = int(os.environ["OMP_NUM_THREADS"])


LAYERS = {
    "conv": lambda i, o, kernel, stride, padding, groups: nn.Conv2d(
        i, o, kernel, stride, padding, groups=groups, bias=False
    ),
    "norm": lambda channels, image: (nn.BatchNorm2d if image else nn.BatchNorm1d)(channels),
    "relu": lambda: nn.ReLU(inplace=True),
    "relu6": lambda: nn.ReLU6(inplace=True),
    "maxPool": nn.MaxPool2d,
    "globalPool": lambda: nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten()),
    "flatten": nn.Flatten,
    "dense": lambda i, o, bias: nn.Linear(i, o, bias=bool(bias)),
}


class Recipe(nn.Module):
    """A network from its recipe: a line for each layer. Tensors are let go after their last use, as in a forward written by hand."""

    def __init__(self, path):
        super().__init__()
        self.inputs, self.layers, self.last_use = [], nn.ModuleList(), {}
        for index, line in enumerate(open(path)):
            word, *numbers = line.split()
            numbers = [int(number) for number in numbers]
            taken = 2 if word == "add" else 1
            self.inputs.append(numbers[:taken])
            self.layers.append(nn.Identity() if word == "add" else LAYERS[word](*numbers[taken:]))
            self.last_use.update((value, index) for value in numbers[:taken])

    def forward(self, x):
        made = {0: x}
        for index, (inputs, layer) in enumerate(zip(self.inputs, self.layers)):
            first = made[inputs[0]]
            y = layer(first) if len(inputs) == 1 else first + made[inputs[1]]
            for value in inputs:
                if self.last_use[value] == index:
                    made.pop(value, None)
            del first
            made[index + 1] = y
            del y
        return made[len(self.layers)]


SHAPES = {
    "cnn": (1, 28, 28),
    "mlp": (64,),
    "norms": (64, 28, 28),
    "resnet18": (3, 224, 224),
    "mobilenetv2": (3, 224, 224),
    "resnet18small": (3, 64, 64),
    "mobilenetv2small": (3, 64, 64),
}


def opened(work, how):
    """The step of a work such as cnn-64 or infer-cnn-1, in channels_last, by autocast to bfloat16, by torch.compile, as asked."""
    name, batch = work.removeprefix("infer-").split("-")
    torch.manual_seed(42)
    net = Recipe(os.path.join("target", "peers", name + ".recipe"))
    x = torch.randn(int(batch), *SHAPES.get(name, (3, 32, 32)))
    if "channels_last" in how:
        net = net.to(memory_format=torch.channels_last)
        if x.dim() == 4:
            x = x.to(memory_format=torch.channels_last)
    autocast = torch.autocast("cpu", dtype=torch.bfloat16, enabled="autocast" in how)
    run = torch.compile(net) if "compile" in how else net
    if work.startswith("infer-"):
        net.eval()

        def predict():
            with torch.inference_mode(), autocast:
                run(x).float().numpy()

        return predict

    target = torch.randint(10, (int(batch),))
    loss = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9)

    def train():
        optimizer.zero_grad()
        with autocast:
            value = loss(run(x), target)
        value.backward()
        optimizer.step()
        value.item()

    return train


def main(how):
    torch.set_num_threads(THREADS)
    torch.set_num_interop_threads(1)
    step = None
    for line in sys.stdin:
        order, argument = line.split()
        try:
            if order == "open":
                step = opened(argument, how)
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
    main(sys.argv[1:])
