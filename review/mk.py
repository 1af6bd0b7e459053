import json,os,sys
B='/work/main/specs/bases/'
def load(n):
    d=json.load(open(B+n+'.json')); 
    if 'extends' in d:
        b=load(d.pop('extends')); b.update(d); d=b
    return d
def write(d,out):
    for k,v in d.items():
        p=os.path.join(out,k); os.makedirs(os.path.dirname(p),exist_ok=True); json.dump(v,open(p,'w'),indent=1)
if __name__=='__main__': write(load(sys.argv[1]),sys.argv[2])
