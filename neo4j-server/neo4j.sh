#!/usr/bin/env bash
# A Neo4j Community server for tests and trials, from Maven Central jars: wants Java 17+ and Maven, no Docker, no root.
#
#   neo4j.sh start     fetch the jars once, start, wait for Bolt, print the address
#   neo4j.sh stop      stop it
#   neo4j.sh status    say whether it runs (exit code 3 when it does not)
#
# NEO4J_DIR   data, logs and configuration   (default: .neo4j in the current folder)
# NEO4J_JARS  the jars, 123 MB               (default: linli/neo4j-5.26.30 in the user's cache)
# NEO4J_PORT  Bolt port on the loopback      (default: 17687)
# NEO4J_HEAP  heap of the server             (default: 1g)
# NEO4J_GDS   1 adds the open Graph Data Science procedures, for the races of `make bench` (another 90 MB)
# Authentication is off: the server listens on the loopback only and holds test data.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
: "${NEO4J_DIR:=$PWD/.neo4j}" "${NEO4J_PORT:=17687}" "${NEO4J_HEAP:=1g}" "${NEO4J_GDS:=0}"
: "${NEO4J_JARS:=${XDG_CACHE_HOME:-$HOME/.cache}/linli/neo4j-5.26.30}"
gds_jars=$NEO4J_JARS-gds-2.13.9
mkdir -p "$NEO4J_DIR"/{conf,logs,run,plugins,import}
home=$(cd "$NEO4J_DIR" && pwd)
pid_file=$home/run/neo4j.pid

running() { [ -s "$pid_file" ] && kill -0 "$(cat "$pid_file")" 2>/dev/null; }

# True when something on the port answers the Bolt handshake (versions 5.4 and 4.4) with a version.
bolt_answers() {
  local answer
  answer=$({ exec 3<>"/dev/tcp/127.0.0.1/$NEO4J_PORT" &&
    printf '\x60\x60\xb0\x17\0\4\4\5\0\2\4\4\0\0\0\0\0\0\0\0' >&3 &&
    timeout 5 head -c 4 <&3 | od -An -tx1 | tr -d ' \n'; } 2>/dev/null) || return 1
  [ -n "$answer" ] && [ "$answer" != 00000000 ]
}

# Copy into a folder beside the target first: a broken download leaves nothing that looks whole.
copy() { # folder, further arguments of Maven
  local to=$1
  shift
  if [ -e "$to/complete" ]; then return; fi
  rm -rf "$to" "$to.part"
  mvn -q -B -f "$here/pom.xml" dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$to.part" "$@" >&2
  touch "$to.part/complete"
  mv "$to.part" "$to"
}

# Neo4j looks for procedures in plugins/ (the library's own jars only) and for extensions on the class path, where
# Neo4j's own versions of shared libraries come first.
fetch() {
  copy "$NEO4J_JARS"
  rm -f "$home"/plugins/*.jar
  if [ "$NEO4J_GDS" = 1 ]; then
    copy "$gds_jars" -Dgds
    ln -sf "$gds_jars"/*-2.13.9.jar "$home/plugins/"
  fi
}

configure() {
  cat >"$home/conf/neo4j.conf" <<CONF
server.default_listen_address=127.0.0.1
server.bolt.listen_address=127.0.0.1:$NEO4J_PORT
server.http.enabled=false
server.https.enabled=false
server.memory.pagecache.size=512m
db.tx_log.rotation.retention_policy=keep_none
db.tx_log.rotation.size=64m
dbms.security.auth_enabled=false
dbms.security.procedures.unrestricted=gds.*
dbms.usage_report.enabled=false
internal.dbms.bolt.netty_server_shutdown_quiet_period=0
CONF
}

launch() {
  local classes="$NEO4J_JARS/*"
  if [ "$NEO4J_GDS" = 1 ]; then classes="$classes:$gds_jars/*"; fi
  (cd "$home" && exec setsid nohup java -Xms"$NEO4J_HEAP" -Xmx"$NEO4J_HEAP" -XX:+UseG1GC -XX:+ExitOnOutOfMemoryError \
    -Dfile.encoding=UTF-8 -Dio.netty.tryReflectionSetAccessible=true \
    --add-opens=java.base/java.nio=ALL-UNNAMED --add-opens=java.base/java.io=ALL-UNNAMED \
    --add-opens=java.base/sun.nio.ch=ALL-UNNAMED --add-opens=java.base/java.lang=ALL-UNNAMED \
    -cp "$classes" org.neo4j.server.CommunityEntryPoint \
    --home-dir="$home" --config-dir="$home/conf" >"$home/logs/console.log" 2>&1 </dev/null) &
  echo $! >"$pid_file"
}

wait_for_bolt() {
  for _ in $(seq 1200); do
    if bolt_answers; then return; fi
    if ! running; then
      echo "Neo4j ended while starting:" >&2
      tail -n 25 "$home/logs/console.log" >&2
      rm -f "$pid_file"
      exit 1
    fi
    sleep 0.1
  done
  echo "Neo4j does not answer after 120 s" >&2
  exit 1
}

start() {
  if ! running; then
    if bolt_answers; then
      echo "port $NEO4J_PORT is taken by another server: set NEO4J_PORT" >&2
      exit 1
    fi
    fetch
    configure
    launch
  fi
  wait_for_bolt
  echo "bolt://127.0.0.1:$NEO4J_PORT"
}

stop() {
  if running; then
    local pid
    pid=$(cat "$pid_file")
    kill "$pid"
    for _ in $(seq 600); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.1
    done
    kill -KILL "$pid" 2>/dev/null || true
  fi
  rm -f "$pid_file"
}

case ${1:-} in
  start) start ;;
  stop) stop ;;
  status) if running; then echo "bolt://127.0.0.1:$NEO4J_PORT"; else echo "not running"; exit 3; fi ;;
  *) sed -n '2,14s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 2 ;;
esac
