"""What the scripts of this folder share: numbers by formulas that TorchFixture knows too, and how results are printed."""
import torch

torch.set_default_dtype(torch.float64)


def image(*shape):
    return pattern(37, 101, 16, shape)


def weight(*shape):
    return pattern(29, 31, 8, shape)


def gradient(*shape):
    return pattern(23, 17, 4, shape)


def pattern(factor, period, divisor, shape):
    places = torch.arange(torch.Size(shape).numel())
    return ((places * factor % period - period // 2) / divisor).reshape(shape)


def show(settings, y, x, w=None):
    y.backward(gradient(*y.shape))
    print(" ".join(f"{name}={','.join(map(str, value)) if isinstance(value, tuple) else value}"
                   for name, value in settings.items()))
    for name, tensor in {"y": y, "dx": x.grad, "dw": None if w is None else w.grad}.items():
        if tensor is not None:
            print(name, ",".join(map(str, tensor.shape)), " ".join(map(repr, tensor.flatten().tolist())))
