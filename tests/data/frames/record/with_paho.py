"""paho for Python in every version: port and version (31, 311, 5)."""
import sys, time, threading
import paho.mqtt.client as m
from paho.mqtt.packettypes import PacketTypes as T
from paho.mqtt.properties import Properties as P
from paho.mqtt.subscribeoptions import SubscribeOptions as S
port=int(sys.argv[1]); which=sys.argv[2]
proto={'31':m.MQTTv31,'311':m.MQTTv311,'5':m.MQTTv5}[which]
v5=which=='5'
def client(cid, clean=True):
    kw={} if v5 else dict(clean_session=clean)
    c=m.Client(m.CallbackAPIVersion.VERSION2, client_id=cid, protocol=proto, **kw)
    c.ev=threading.Event(); c.got=0
    def done(*a): c.ev.set()
    def msg(*a): c.got+=1
    c.on_connect=done; c.on_subscribe=done; c.on_unsubscribe=done; c.on_message=msg; c.on_publish=done
    return c
def wait(c):
    assert c.ev.wait(5); c.ev.clear()
def props(t, **kw):
    p=P(t)
    for k,v in kw.items():
        for x in (v if isinstance(v,list) else [v]): setattr(p,k,x)
    return p
def connect(c, clean=True, **kw):
    if v5: c.connect('127.0.0.1',port,kw.pop('keepalive',60),clean_start=clean, **kw)
    else: c.connect('127.0.0.1',port,kw.pop('keepalive',60))
    c.loop_start(); wait(c)
a=client('paho-%s'%which, clean=False)
a.username_pw_set('sensor','secret')
if v5:
    wp=props(T.WILLMESSAGE,WillDelayInterval=1,PayloadFormatIndicator=1,MessageExpiryInterval=60,ContentType='text/plain',ResponseTopic='answers/a',CorrelationData=b'\x01\x02',UserProperty=('why','gone'))
    a.will_set('will/a','gone',qos=1,retain=True,properties=wp)
    connect(a,clean=False,keepalive=60,properties=props(T.CONNECT,SessionExpiryInterval=30,ReceiveMaximum=20,MaximumPacketSize=100000,TopicAliasMaximum=5,RequestResponseInformation=1,RequestProblemInformation=1,UserProperty=[('k','v'),('k','w')]))
    a.subscribe([('a/+/c',S(qos=2,noLocal=False,retainAsPublished=True,retainHandling=1)),('#',S(qos=1)),('$share/g/x',S(qos=0))],properties=props(T.SUBSCRIBE,SubscriptionIdentifier=7,UserProperty=('s','1')))
    wait(a)
    pp=props(T.PUBLISH,PayloadFormatIndicator=1,MessageExpiryInterval=100,ContentType='application/json',ResponseTopic='r/é',CorrelationData=b'abc',TopicAlias=1,UserProperty=[('a','1'),('b','2')])
    for q in (0,1,2):
        a.publish('a/b/c','{"n":%d}'%q,qos=q,retain=q==1,properties=pp); wait(a)
    a.publish('', 'by alias', qos=0, properties=props(T.PUBLISH,TopicAlias=1)); wait(a)
    a.publish('nobody/knows','x',qos=1); wait(a)
else:
    a.will_set('will/a','gone',qos=1,retain=True)
    connect(a)
    a.subscribe([('a/+/c',2),('#',1),('x/y',0)]); wait(a)
    for q in (0,1,2):
        a.publish('a/b/c','{"n":%d}'%q,qos=q,retain=q==1); wait(a)
    a.publish('long/é', b'\xff'*300); wait(a)
a.publish('a/b/c',b'',qos=0,retain=True); wait(a)
time.sleep(.5)
a.unsubscribe(['#','a/+/c','never/had'] if not v5 else ['#','never/had'], **({'properties':props(T.UNSUBSCRIBE,UserProperty=('u','1'))} if v5 else {})); wait(a)
# taken over by another client of the same identifier
b=client('paho-%s'%which, clean=False); b.username_pw_set('sensor','secret')
a.reconnect_delay_set(60,60)
connect(b, **({'clean':False,'properties':props(T.CONNECT,SessionExpiryInterval=0)} if v5 else {}))
a.loop_stop()
if v5: b.disconnect(m.ReasonCode(T.DISCONNECT,'Disconnect with will message'),props(T.DISCONNECT,ReasonString='bye',UserProperty=('d','1')))
else: b.disconnect()
time.sleep(.3); b.loop_stop()
# refused, and nameless
c=client('paho-refused-%s'%which); c.username_pw_set('sensor','wrong'); c.reconnect_delay_set(60,60)
connect(c); c.loop_stop()
if which!='31':
    d=client(''); d.username_pw_set('sensor','secret'); connect(d,keepalive=1)
    time.sleep(1.6)
    d.disconnect(); time.sleep(.2); d.loop_stop()
