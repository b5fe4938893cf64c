"""Reference values for optimisers, float64. Problem: W[2,3] row-major i=0..5, b[3] i=6..8.
W0[i]=((5*i)%7-3)/4, b0=0. Gradient at step t (1-based) of element i: ((7*i+3*t)%11-5)/8 (independent of the parameters).
lr=0.1 unless named, torch default dtype float64. Output: parameters after each of 20 steps, flat (W then b)."""
import os, json, math
os.environ["JAX_ENABLE_X64"]="1"
os.environ["JAX_PLATFORMS"]="cpu"
import torch, jax, jax.numpy as jnp, optax, numpy as np
torch.set_num_threads(1); torch.set_default_dtype(torch.float64)  # else NAdam keeps its momentum product in float32 (error 2e-9)
N=20
W0=np.array([((5*i)%7-3)/4 for i in range(6)]).reshape(2,3); B0=np.zeros(3)
def g(t):
    v=[((7*i+3*t)%11-5)/8 for i in range(9)]
    return np.array(v[:6]).reshape(2,3), np.array(v[6:])
out={}
def run_torch(name, make, clip=None):
    W=torch.nn.Parameter(torch.tensor(W0)); b=torch.nn.Parameter(torch.tensor(B0))
    o=make([W,b]); rows=[]
    for t in range(1,N+1):
        gw,gb=g(t); W.grad=torch.tensor(gw); b.grad=torch.tensor(gb)
        if clip: clip([W,b])
        o.step(); rows.append(torch.cat([W.detach().flatten(),b.detach()]).tolist())
    out[name]=rows
def run_optax(name, o):
    p={"W":jnp.asarray(W0),"b":jnp.asarray(B0)}; s=o.init(p); rows=[]
    for t in range(1,N+1):
        gw,gb=g(t); u,s=o.update({"W":jnp.asarray(gw),"b":jnp.asarray(gb)},s,p); p=optax.apply_updates(p,u)
        rows.append(np.concatenate([np.asarray(p["W"]).ravel(),np.asarray(p["b"])]).tolist())
    out[name]=rows
T=torch.optim
k=dict(foreach=False)
run_torch("torch.SGD", lambda p:T.SGD(p,lr=.1,**k))
run_torch("torch.SGD momentum=.9", lambda p:T.SGD(p,lr=.1,momentum=.9,**k))
run_torch("torch.SGD momentum=.9 dampening=.1", lambda p:T.SGD(p,lr=.1,momentum=.9,dampening=.1,**k))
run_torch("torch.SGD momentum=.9 nesterov", lambda p:T.SGD(p,lr=.1,momentum=.9,nesterov=True,**k))
run_torch("torch.SGD momentum=.9 weight_decay=.05 (L2)", lambda p:T.SGD(p,lr=.1,momentum=.9,weight_decay=.05,**k))
run_torch("torch.Adam", lambda p:T.Adam(p,lr=.1,**k))
run_torch("torch.Adam weight_decay=.05 (L2)", lambda p:T.Adam(p,lr=.1,weight_decay=.05,**k))
run_torch("torch.Adam amsgrad beta2=.5", lambda p:T.Adam(p,lr=.1,betas=(.9,.5),amsgrad=True,**k))
run_torch("torch.AdamW weight_decay=.05", lambda p:T.AdamW(p,lr=.1,weight_decay=.05,**k))
run_torch("torch.NAdam", lambda p:T.NAdam(p,lr=.1,**k))
run_torch("torch.RMSprop", lambda p:T.RMSprop(p,lr=.1,**k))
run_torch("torch.RMSprop alpha=.9 momentum=.9 centered", lambda p:T.RMSprop(p,lr=.1,alpha=.9,momentum=.9,centered=True,**k))
run_torch("torch.Adagrad", lambda p:T.Adagrad(p,lr=.1,**k))
run_torch("torch.Adagrad lr_decay=.1 initial=.1", lambda p:T.Adagrad(p,lr=.1,lr_decay=.1,initial_accumulator_value=.1,**k))
run_torch("torch.Adadelta lr=1", lambda p:T.Adadelta(p,lr=1.0,**k))
run_torch("torch.SGD clip_grad_norm 0.5", lambda p:T.SGD(p,lr=.1,**k), lambda q: torch.nn.utils.clip_grad_norm_(q,.5,foreach=False))
run_optax("optax.sgd clip_by_global_norm .5", optax.chain(optax.clip_by_global_norm(.5),optax.sgd(.1)))
run_optax("optax.adam", optax.adam(.1))
run_optax("optax.amsgrad b2=.5", optax.amsgrad(.1,b2=.5))
run_optax("optax.adamw weight_decay=.05", optax.adamw(.1,weight_decay=.05))
run_optax("optax.nadam", optax.nadam(.1))
run_optax("optax.rmsprop", optax.rmsprop(.1))
run_optax("optax.rmsprop eps_in_sqrt=False decay=.99", optax.rmsprop(.1,decay=.99,eps_in_sqrt=False))
run_optax("optax.rmsprop decay=.9 centered momentum=.9", optax.rmsprop(.1,decay=.9,centered=True,momentum=.9))
run_optax("optax.adagrad", optax.adagrad(.1))
run_optax("optax.adadelta lr=1", optax.adadelta(1.0))
run_optax("optax.lion lr=.01 weight_decay=.05", optax.lion(.01,weight_decay=.05))
run_optax("optax.lamb weight_decay=.05", optax.lamb(.1,weight_decay=.05))
run_optax("optax.lars weight_decay=.05", optax.lars(.1,weight_decay=.05))
run_optax("optax.contrib.muon lr=.02 weight_decay=.05", optax.contrib.muon(.02,weight_decay=.05))
# float64 Muon by the formula of torch's docs
def ns(G,steps=5,a=3.4445,b=-4.7750,c=2.0315,eps=1e-7):
    X=G.T if G.shape[0]>G.shape[1] else G.copy(); X=X/max(np.linalg.norm(X),eps)
    for _ in range(steps):
        A=X@X.T; X=a*X+(b*A+c*A@A)@X
    return X.T if G.shape[0]>G.shape[1] else X
W=W0.copy(); m=np.zeros_like(W); rows=[]
for t in range(1,N+1):
    gw=g(t)[0]; m=.95*m+.05*gw; u=ns(.05*gw+.95*m); W=W*(1-.02*.05)-.02*math.sqrt(max(1,2/3))*u; rows.append(W.ravel().tolist())
out["formula Muon float64 lr=.02 weight_decay=.05 (W only)"]=rows
# One line for each step.
lines = ",\n".join(
    "  " + json.dumps(name) + ": [\n" + ",\n".join("   " + json.dumps(row) for row in rows) + "\n  ]"
    for name, rows in out.items())
versions = {"torch": torch.__version__, "optax": optax.__version__, "jax": jax.__version__}
with open("optimizers.json", "w") as file:
    file.write('{\n "doc": ' + json.dumps(__doc__) + ',\n "versions": ' + json.dumps(versions)
        + ',\n "values": {\n' + lines + '\n }\n}\n')
