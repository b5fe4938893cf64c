"""Values and gradients of losses, float64, PyTorch 2.13: the mean loss of a batch and its gradient by what the network puts out.
Outputs are z[i] = 3 sin(1.7 i + 0.3), row-major; what PyTorch lacks is a formula here, in terms of PyTorch."""
import json
import torch
import torch.nn.functional as F
torch.set_num_threads(1); torch.set_default_dtype(torch.float64)
values = {}
def outputs(*shape):
    n = torch.Size(shape).numel()
    return (3 * torch.sin(1.7 * torch.arange(n) + 0.3)).reshape(shape)
def put(name, z, t, loss):
    z = z.clone().requires_grad_()
    value = loss(z, t)
    value.backward()
    for what, numbers in (("shape", z.shape), ("output", z.flatten().tolist()), ("target shape", t.shape), ("target", t.flatten().tolist()),
                          ("loss", [value.item()]), ("gradient", z.grad.flatten().tolist())):
        values[name + " " + what] = [float(number) for number in numbers]
z = outputs(7, 5); y = torch.tensor([0, 4, 1, 1, 3, 2, 4]); w = torch.tensor([1., 2., .5, 0., 3.])
q = torch.softmax(outputs(7, 5).flip(1), 1); q[3] = torch.tensor([0., .25, 0., .75, 0.])
put("cross entropy", z, y, F.cross_entropy)
put("smoothed", z, y, lambda z, t: F.cross_entropy(z, t, label_smoothing=.1))
put("weighted", z, y, lambda z, t: F.cross_entropy(z, t, weight=w))
put("weighted smoothed", z, y, lambda z, t: F.cross_entropy(z, t, weight=w, label_smoothing=.1))
put("ignoring 1", z, y, lambda z, t: F.cross_entropy(z, t, ignore_index=1))
put("ignoring -100", z, torch.where(y == 4, -100, y), lambda z, t: F.cross_entropy(z, t))
put("ignoring 1 weighted smoothed", z, y, lambda z, t: F.cross_entropy(z, t, weight=w, label_smoothing=.2, ignore_index=1))
put("soft", z, q, F.cross_entropy)
put("soft weighted smoothed", z, q, lambda z, t: F.cross_entropy(z, t, weight=w, label_smoothing=.1))
i = outputs(3, 5, 2, 3); p = (torch.arange(18) * 7 % 5).reshape(3, 2, 3)
put("image", i, p, F.cross_entropy)
put("image weighted smoothed", i, p, lambda z, t: F.cross_entropy(z, t, weight=w, label_smoothing=.1))
put("image ignoring 255", i, torch.where(p == 2, 255, p), lambda z, t: F.cross_entropy(z, t, ignore_index=255))
put("image soft", i, torch.softmax(i.flip(1), 1), F.cross_entropy)
put("sequence", outputs(3, 5, 4), (torch.arange(12) * 3 % 5).reshape(3, 4), lambda z, t: F.cross_entropy(z, t, label_smoothing=.1))
b = (torch.arange(35) * 3 % 4 == 0).double().reshape(7, 5); soft = (torch.arange(35) * 3 % 7 / 6.).reshape(7, 5)
put("binary", z, b, F.binary_cross_entropy_with_logits)
put("binary soft", z, soft, F.binary_cross_entropy_with_logits)
put("binary positive 3", z, b, lambda z, t: F.binary_cross_entropy_with_logits(z, t, pos_weight=torch.tensor(3.)))
put("binary positive per label", z, soft, lambda z, t: F.binary_cross_entropy_with_logits(z, t, pos_weight=w))
put("binary image positive per label", i, (torch.arange(90) * 7 % 3 == 0).double().reshape(i.shape),
    lambda z, t: F.binary_cross_entropy_with_logits(z, t, pos_weight=w.reshape(5, 1, 1)))
def focal(z, t, alpha, gamma):  # torchvision.ops.sigmoid_focal_loss, reduction "mean"
    s = torch.sigmoid(z); pt = s * t + (1 - s) * (1 - t)
    loss = F.binary_cross_entropy_with_logits(z, t, reduction="none") * (1 - pt) ** gamma
    return (loss if alpha is None else (alpha * t + (1 - alpha) * (1 - t)) * loss).mean()
put("focal", z, b, lambda z, t: focal(z, t, .25, 2.))
put("focal 0.75 0.5", z, b, lambda z, t: focal(z, t, .75, .5))
put("focal unweighted", z, b, lambda z, t: focal(z, t, None, 2.))
one = outputs(7, 1); positive = (torch.arange(7) % 3 == 0).double()
put("binary of class numbers", one, positive, lambda z, t: F.binary_cross_entropy_with_logits(z[:, 0], t, pos_weight=torch.tensor(2.)))
put("focal of class numbers", one, positive, lambda z, t: focal(z[:, 0], t, .25, 2.))
put("squared of single numbers", one, positive * 3, lambda z, t: F.mse_loss(z[:, 0], t))
put("absolute of single numbers", one, positive * 3, lambda z, t: F.l1_loss(z[:, 0], t))
def multi_class_focal(z, t, gamma):
    entropy = F.cross_entropy(z, t, reduction="none")
    return ((1 - torch.exp(-entropy)) ** gamma * entropy).mean()
put("multi-class focal", z, y, lambda z, t: multi_class_focal(z, t, 2.))
put("multi-class focal 0.5", z, y, lambda z, t: multi_class_focal(z, t, .5))
put("multi-class focal image", i, p, lambda z, t: multi_class_focal(z, t, 2.))
r = outputs(7, 5).flip(0) * .5
put("squared", z, r, F.mse_loss)
put("absolute", z, r, F.l1_loss)
put("huber 1", z, r, F.huber_loss)
put("huber 0.4", z, r, lambda z, t: F.huber_loss(z, t, delta=.4))
put("log cosh", z, r, lambda z, t: torch.log(torch.cosh(z - t)).mean())
s = 2 * b - 1
put("hinge", z, s, lambda z, t: torch.clamp(1 - t * z, min=0).mean())
put("multi-class hinge", z, y, F.multi_margin_loss)
put("kl", z, q, lambda z, t: F.kl_div(F.log_softmax(z, 1), t, reduction="batchmean"))
put("kl image", i, torch.softmax(i.flip(1), 1), lambda z, t: F.kl_div(F.log_softmax(z, 1), t, reduction="none").sum(1).mean())
e = outputs(7, 3, 5); e[2, 1] = e[2, 0]; none = torch.zeros(7)
put("triplet", e, none, lambda e, t: F.triplet_margin_loss(e[:, 0], e[:, 1], e[:, 2]))
put("triplet margin 4 swap", e, none, lambda e, t: F.triplet_margin_loss(e[:, 0], e[:, 1], e[:, 2], margin=4., swap=True))
c = outputs(7, 2, 5) * .1; same = torch.tensor([1., 0., 1., 0., 0., 1., 0.])
def contrastive(c, t, margin):  # Hadsell et al. 2006 without the halves, TensorFlow Addons
    d = F.pairwise_distance(c[:, 0], c[:, 1])
    return (t * d ** 2 + (1 - t) * torch.clamp(margin - d, min=0) ** 2).mean()
put("contrastive", c, same, lambda c, t: contrastive(c, t, 1.))
put("contrastive margin 3", c, same, lambda c, t: contrastive(c, t, 3.))
json.dump({"made by": "losses.py", "torch": torch.__version__, "values": values}, open("losses.json", "w"))
