"""Trainings with penalties, float64, PyTorch 2.13. A network 3 -> 4 -> tanh -> 2 with parameters ((5i) mod 7 - 3)/4, biases 0, on
x[i] = sin(1.7 i + 0.3), y[i] = cos(0.9 i), 8 rows, mean squared error. Output: all parameters after each of 20 steps, W1 b1 W2 b2 flat, with W as
[out, in], and the loss of the data before the first step."""
import json
import torch
torch.set_num_threads(1); torch.set_default_dtype(torch.float64)
values = {}
x = torch.sin(1.7 * torch.arange(24) + .3).reshape(8, 3); y = torch.cos(.9 * torch.arange(16)).reshape(8, 2)
def parameter(*shape):
    n = torch.Size(shape).numel()
    return torch.nn.Parameter(((5 * torch.arange(n)) % 7 - 3).reshape(shape) / 4.)
def run(name, make, penalty, clip=None):
    w1, w2 = parameter(4, 3), parameter(2, 4)
    b1, b2 = torch.nn.Parameter(torch.zeros(4)), torch.nn.Parameter(torch.zeros(2))
    all = [w1, b1, w2, b2]; optimizer = make(all); rows = []
    for t in range(20):
        optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(torch.tanh(x @ w1.T + b1) @ w2.T + b2, y)
        if t == 0: values[name + " loss"] = [loss.item()]
        (loss + penalty(w1, b1, w2, b2)).backward()
        if clip: torch.nn.utils.clip_grad_norm_(all, clip, foreach=False)
        optimizer.step()
        rows.append(torch.cat([p.detach().flatten() for p in all]).tolist())
    values[name] = rows
def l1(p): return p.abs().sum()
def l2(p): return (p ** 2).sum() / 2
sgd = lambda p: torch.optim.SGD(p, lr=.1, foreach=False); adam = lambda p: torch.optim.Adam(p, lr=.1, foreach=False)
run("l1 of a weight", sgd, lambda w1, b1, w2, b2: .05 * l1(w1))
run("elastic net", adam, lambda w1, b1, w2, b2: .05 * l1(w1) + .02 * l1(w2) + .1 * l2(w1) + .1 * l2(b1))
run("l2 clipped", sgd, lambda w1, b1, w2, b2: .3 * (l2(w1) + l2(b1) + l2(w2) + l2(b2)), clip=.2)
json.dump({"made by": "penalties.py", "torch": torch.__version__, "values": values}, open("penalties.json", "w"))
