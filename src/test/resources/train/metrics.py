"""Reference values for metrics, float64, from scikit-learn 1.9.1. Inputs are functions of the row, so that the test can make
the same: scores of 61 examples in 5 classes (the last never wanted, the fourth never told), logits and labels of 3 labels, two
classes with ties, and a regression of 2 elements. The small cases are those of the facts that people trip over."""
import json, numpy as np, sklearn, warnings
from sklearn import metrics as M
warnings.simplefilter("ignore")
N=61
y=np.array([(i*i+i//7)%4 for i in range(N)])
def scores(i,c): return ((7*i+3*c*i+5*c)%13-6)/4-(9 if c==3 else 0)+(1.5 if c==y[i] else 0)+np.sin(5*i+c)
S=np.array([[scores(i,c) for c in range(5)] for i in range(N)])
told=S.argmax(1); P=np.exp(S)/np.exp(S).sum(1,keepdims=True); L=list(range(5))
seen=sorted(set(y)|set(told))
V={}
V["accuracy"]=M.accuracy_score(y,told)
V["top2"]=float(np.mean([sum(S[i]>S[i,y[i]])+sum(S[i,:y[i]]==S[i,y[i]])<2 for i in range(N)]))  # scikit-learn breaks ties by the highest index
for n,f in(("precision",M.precision_score),("recall",M.recall_score),("f1",M.f1_score),("iou",M.jaccard_score)):
    V[n]=f(y,told,average="macro",labels=seen); V[n+"Micro"]=f(y,told,average="micro",labels=L)
    V[n+"OfClass1"]=f(y,told,average=None,labels=L)[1]
V["dice"]=V["f1"]
V["balancedAccuracy"]=M.balanced_accuracy_score(y,told); V["matthews"]=M.matthews_corrcoef(y,told)
V["logLoss"]=M.log_loss(y,P,labels=L); V["brier"]=M.brier_score_loss(y,P,labels=L)
V["rocAuc"]=float(np.mean([M.roc_auc_score(y==c,P[:,c]) for c in sorted(set(y))]))
V["averagePrecision"]=float(np.mean([M.average_precision_score(y==c,P[:,c]) for c in sorted(set(y))]))
def ece(conf,right,bins):
    k=np.minimum((conf*bins).astype(int),bins-1); return float(sum(abs(right[k==b].sum()-conf[k==b].sum()) for b in range(bins))/len(conf))
V["calibrationError"]=ece(P.max(1),(told==y)*1.0,15)
# many labels
X=np.array([[((5*i+4*c+c*i)%17-8)/3 for c in range(3)] for i in range(N)]); Y=np.array([[(i*(c+2)+c)%(c+3)==0 for c in range(3)] for i in range(N)])*1
Q=1/(1+np.exp(-X)); T=(X>0)*1
W={}
W["accuracy"]=float((T==Y).mean()); W["exactMatch"]=M.accuracy_score(Y,T)
for n,f in(("precision",M.precision_score),("recall",M.recall_score),("f1",M.f1_score),("iou",M.jaccard_score)):
    W[n]=f(Y,T,average="macro"); W[n+"Micro"]=f(Y,T,average="micro"); W[n+"OfClass1"]=f(Y,T,average=None)[1]
W["balancedAccuracy"]=float(np.mean([M.balanced_accuracy_score(Y[:,c],T[:,c]) for c in range(3)]))
W["matthews"]=float(np.mean([M.matthews_corrcoef(Y[:,c],T[:,c]) for c in range(3)]))
W["logLoss"]=float(np.mean([M.log_loss(Y[:,c],Q[:,c]) for c in range(3)])); W["brier"]=float(np.mean([M.brier_score_loss(Y[:,c],Q[:,c]) for c in range(3)]))
W["rocAuc"]=M.roc_auc_score(Y,X,average="macro"); W["averagePrecision"]=M.average_precision_score(Y,X,average="macro"); W["calibrationError"]=ece(Q.ravel(),Y.ravel()*1.0,15)
# two classes, scores with ties
B=np.array([[((3*i)%8)/4,((5*i)%7)/4] for i in range(N)]); z=np.array([(i*i)%3==1 for i in range(N)])*1; d=B[:,1]-B[:,0]
Z={"rocAuc":M.roc_auc_score(z,d),"averagePrecision":M.average_precision_score(z,d),"f1OfClass1":M.f1_score(z,d>0),"matthews":M.matthews_corrcoef(z,d>0)}
# regression, of 2 elements and far from 0
R=np.array([[1e6+((7*i)%10)/2,((3*i)%11)/5-1] for i in range(N)]); G=R+np.array([[((5*i)%9-4)/8+.25,((2*i)%5-2)/4] for i in range(N)])
K={"meanAbsoluteError":M.mean_absolute_error(R,G),"meanSquaredError":M.mean_squared_error(R,G),"rootMeanSquaredError":float(np.sqrt(M.mean_squared_error(R,G))),"r2":M.r2_score(R,G),"explainedVariance":M.explained_variance_score(R,G)}
num=lambda d:{k:float(v) for k,v in d.items()}
json.dump({"versions":{"sklearn":sklearn.__version__},"values":{"classes":num(V),"labels":num(W),"two":num(Z),"regression":num(K)}},open("metrics.json","w"),indent=1)
