// MQTT.js in every version: port and version (31, 311, 5).
const mqtt = require('mqtt');
const [,, port, which]=process.argv; const v5=which==='5';
const version={31:3,311:4,5:5}[which];
const sleep=t=>new Promise(r=>setTimeout(r,t));
(async()=>{
 const o={protocolVersion:version,clientId:'mqttjs-'+which,username:'sensor',password:'secret',keepalive:1,reconnectPeriod:0,clean:true,
  will:{topic:'will/js',payload:Buffer.from('gone'),qos:2,retain:false}};
 if(version===3)o.protocolId='MQIsdp';
 if(v5){o.properties={sessionExpiryInterval:10,receiveMaximum:10,maximumPacketSize:65536,topicAliasMaximum:4,requestResponseInformation:true,requestProblemInformation:true,userProperties:{name:['v','w']}};
  o.will.properties={willDelayInterval:2,payloadFormatIndicator:true,messageExpiryInterval:9,contentType:'t',responseTopic:'r',correlationData:Buffer.from('c'),userProperties:{x:'y'}};}
 const c=await mqtt.connectAsync('mqtt://127.0.0.1:'+port,o);
 c.on('message',()=>{});
 await c.subscribeAsync(v5?{'js/#':{qos:2,nl:true,rap:true,rh:2},'$SYS/broker/version':{qos:0}}:{'js/#':{qos:2},'$SYS/broker/version':{qos:0}}, v5?{properties:{subscriptionIdentifier:268435455,userProperties:{s:'1'}}}:{});
 for(const q of [0,1,2]) await c.publishAsync('js/'+q,'温度 21.5 °C',{qos:q,retain:false,properties:v5?{payloadFormatIndicator:true,messageExpiryInterval:5,contentType:'text/plain',responseTopic:'js/r',correlationData:Buffer.from([0,1,2]),userProperties:{a:['1','2']},...(q==0?{topicAlias:3}:{})}:undefined});
 const d=await mqtt.connectAsync('mqtt://127.0.0.1:'+port,{...o,will:undefined,clientId:'mqttjs-other-'+which,keepalive:60});
 for(const q of [0,1,2]) await d.publishAsync('js/from/other',Buffer.alloc(200,q),{qos:q});
 await sleep(1500);
 if(v5) await mqtt.connectAsync('mqtt://127.0.0.1:'+port,{protocolVersion:5,clientId:'mqttjs-auth',reconnectPeriod:0,properties:{authenticationMethod:'SCRAM-SHA-256',authenticationData:Buffer.from('n,,n=sensor')}}).catch(e=>console.log('refused',e.code));
 await c.unsubscribeAsync('js/#');
 await c.unsubscribeAsync('js/#');
 await c.endAsync(false,v5?{reasonCode:0,properties:{sessionExpiryInterval:5,reasonString:'done',userProperties:{e:'1'}}}:{});
 await d.endAsync();
})().catch(e=>{console.error(e);process.exit(1)});
