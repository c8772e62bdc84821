# mosquitto's own clients: $1 port, $2 version
P="-h 127.0.0.1 -p $1 -V $2 -u sensor -P secret"
V5="$([ "$2" = 5 ] && echo yes)"
x() { [ -n "$V5" ] && echo "$@"; }
timeout 4 mosquitto_sub $P -i msub-$2 -c -k 5 -q 2 -t 'm/#' -t 'n/+/x' -U 'm/not/#' --will-topic will/m --will-payload bye --will-qos 1 -C 4 \
  $(x -x 20 -D connect receive-maximum 7 -D connect topic-alias-maximum 3 -D connect user-property k v -D subscribe subscription-identifier 9 -D subscribe user-property s 1 -D will will-delay-interval 3 -D will content-type text/plain -D unsubscribe user-property u 1 --retain-as-published) > /dev/null &
S=$!
sleep .6
mosquitto_pub $P -i mpub-$2 -t m/0 -m hello -q 0
mosquitto_pub $P -i mpub-$2 -t m/1 -m hello -q 1 -r $(x -D publish content-type text/plain -D publish user-property a b -D publish message-expiry-interval 30 -D publish response-topic m/r -D publish correlation-data abc -D publish payload-format-indicator 1 -D connect session-expiry-interval 3 -D disconnect reason-string done)
mosquitto_pub $P -i mpub-$2 -t n/2/x -n -q 2
mosquitto_pub $P -i mpub-$2 -t m/1 -n -r
wait $S
mosquitto_pub -h 127.0.0.1 -p $1 -V $2 -u sensor -P wrong -i mwrong-$2 -t m/0 -m x 2>/dev/null
true
