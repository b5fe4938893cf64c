"""Reference values for schedules: the rates that an optimiser of rate 1 uses, step by step; for ReduceLROnPlateau, factor .5, those after
each of ten epochs whose validation loss stays the same."""
import json, torch
from torch.optim.lr_scheduler import *
torch.set_num_threads(1)
out = {}
def optimizer():
    return torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0, momentum=0.9)
def used(name, make, steps):
    o = optimizer(); s = make(o); rates = []
    for _ in range(steps):
        rates.append(o.param_groups[0]["lr"]); o.step(); s.step()
    out[name] = rates
def plateau(name, **settings):
    o = optimizer(); s = ReduceLROnPlateau(o, factor=.5, **settings); rates = []
    for _ in range(10):
        s.step(1.0); rates.append(o.param_groups[0]["lr"])
    out[name] = rates
used("CosineAnnealingLR T_max=5", lambda o: CosineAnnealingLR(o, 5), 5)
used("CosineAnnealingWarmRestarts T_0=3 T_mult=2", lambda o: CosineAnnealingWarmRestarts(o, 3, 2), 10)
used("SequentialLR LinearLR(.1, 3) + CosineAnnealingLR(5)",
    lambda o: SequentialLR(o, [LinearLR(o, .1, total_iters=3), CosineAnnealingLR(o, 5)], [3]), 8)
used("OneCycleLR total_steps=10", lambda o: OneCycleLR(o, 1.0, total_steps=10), 10)
used("PolynomialLR total_iters=5 power=1", lambda o: PolynomialLR(o, 5, 1.0), 5)
used("StepLR 2 .1", lambda o: StepLR(o, 2, .1), 6)
used("MultiStepLR [2, 4] .1", lambda o: MultiStepLR(o, [2, 4], .1), 6)
used("ExponentialLR .5", lambda o: ExponentialLR(o, .5), 4)
plateau("ReduceLROnPlateau patience=0", patience=0)
plateau("ReduceLROnPlateau patience=2", patience=2)
plateau("ReduceLROnPlateau patience=2 cooldown=2", patience=2, cooldown=2)
lines = ",\n".join("  " + json.dumps(name) + ": " + json.dumps(row) for name, row in out.items())
with open("schedules.json", "w") as file:
    file.write('{\n "doc": ' + json.dumps(__doc__) + ',\n "versions": ' + json.dumps({"torch": torch.__version__})
        + ',\n "values": {\n' + lines + '\n }\n}\n')
