#!/bin/sh
# Records the sessions of `tests/data/frames/real-*.hex` anew: real clients against mosquitto, captured on the loopback
# interface. Run it as root, in this folder, with mosquitto and its clients, dumpcap and tshark, node with the package
# `mqtt`, and python3 with `paho-mqtt` (PYTHON names another interpreter).
set -e
port=28931
work=$(mktemp -d)
printf 'sensor:secret\n' > "$work/passwords"
mosquitto_passwd -U "$work/passwords"
cat > "$work/mosquitto.conf" <<CONF
listener $port 127.0.0.1
allow_anonymous false
password_file $work/passwords
persistence false
max_inflight_messages 12
max_packet_size 200000
user root
CONF
mosquitto -c "$work/mosquitto.conf" > "$work/log" 2>&1 &
server=$!
trap 'kill $server; rm -r "$work"' EXIT
sleep 1
for version in 31 311 5; do
  for client in mosquitto paho mqttjs; do
    dumpcap -q -i lo -f "tcp port $port" -w "$work/capture" > /dev/null 2>&1 &
    capture=$!
    sleep 1
    case $client in
      mosquitto) sh with_mosquitto.sh $port "$(case $version in 5) echo 5 ;; *) echo mqttv$version ;; esac)" ;;
      paho) "${PYTHON:-python3}" with_paho.py $port $version ;;
      mqttjs) node with_mqttjs.js $port $version ;;
    esac
    sleep 1
    kill -INT $capture
    wait $capture || true
    python3 frames.py "$work/capture" $port > ../real-$client-$version.hex
    rm "$work/capture"
  done
done
