"""The frames of a capture in the order of their last bytes: capture file and server port."""
import subprocess,sys,collections
pcap,port=sys.argv[1],sys.argv[2]
out=subprocess.run(['tshark','-r',pcap,'-Y','tcp.len>0','-T','fields','-e','tcp.stream','-e','tcp.dstport','-e','tcp.payload','-d',f'tcp.port=={port},data'],capture_output=True,text=True).stdout
buf=collections.defaultdict(bytes); streams=collections.OrderedDict()
for line in out.splitlines():
    s,d,p=line.split('\t'); to=d==port
    k=(s,to); buf[k]+=bytes.fromhex(p.replace(':',''))
    while True:
        b=buf[k]; n=0; i=1; sh=0
        while i<len(b):
            n|=(b[i]&127)<<sh; sh+=7; i+=1
            if not b[i-1]&128: break
        else: break
        if len(b)<i+n: break
        streams.setdefault(s,[]).append(('>' if to else '<')+' '+b[:i+n].hex()); buf[k]=b[i+n:]
assert not any(buf.values()), {k:v for k,v in buf.items() if v}
for n,(s,fr) in enumerate(streams.items(),1):
    print(f'# Network connection {n}'); print('\n'.join(fr))
