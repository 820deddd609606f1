#!/usr/bin/env bash
# Compares this gateway with other proxies in one run: each proxy alone on one core, load generator and backend on another one, round by round
# in turn, so that whatever else the machine does meets all of them. What counts are the ratios.
#
#   bash benchmarks/load/run.sh                    8 rounds of 5 seconds each
#   bash benchmarks/load/run.sh --quick            under a minute, for a first look
#   bash benchmarks/load/run.sh --json FILE        writes the figures there as well
#
# More: --rounds N, --seconds N, --connections N, --tenants N, --only "tenantkit yarp" (the proxies to run; tenantkit is always one of them),
# --answer BYTES (of each answer's body, 102 without it), --post BYTES (each request is a POST with so long a body), --protocol http2 (between
# load generator and proxy: connections with eight streams each, all of them calls of one tenant; configurable-http-proxy has none), --tls (between
# load generator and proxy, with a certificate made for this).
# What is missing (wrk or h2load, nginx, haproxy) is installed with apt-get; configurable-http-proxy by npm into a temporary folder.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

rounds=8 seconds=5 warmup=30 compiled=30 connections=64 tenants=100000 answer=102 post=0 protocol=http1 tls='' json='' peers='tenantkit yarp nginx haproxy configurable-http-proxy'
while [ $# -gt 0 ]; do
  case $1 in
    --quick) rounds=3 seconds=1 warmup=1 compiled=9; shift ;;
    --json) json=$2; shift 2 ;;
    --rounds) rounds=$2; shift 2 ;;
    --seconds) seconds=$2; shift 2 ;;
    --connections) connections=$2; shift 2 ;;
    --tenants) tenants=$2; shift 2 ;;
    --answer) answer=$2; shift 2 ;;
    --post) post=$2; shift 2 ;;
    --protocol) protocol=$2; shift 2 ;;
    --tls) tls=1; shift ;;
    --only) peers="tenantkit ${2//tenantkit/}"; shift 2 ;;
    *) sed -n '2,13p' "$0" >&2; exit 2 ;;
  esac
done

case $protocol in
  http1) generator=wrk package=wrk ;;
  http2) generator=h2load package=nghttp2-client peers=${peers//configurable-http-proxy/} ;;
  *) sed -n '2,13p' "$0" >&2; exit 2 ;;
esac

say() { echo "$@" >&2; }
fail() { say "$@"; exit 1; }

# --- What is needed ------------------------------------------------------------------------------------------------
export PATH=$PATH:/usr/sbin:/sbin DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
missing=()
command -v $generator >/dev/null || missing+=($package)
for tool in nginx haproxy; do
  case "$tool $peers" in "haproxy "*haproxy*|"nginx "*) command -v $tool >/dev/null || missing+=($tool) ;; esac
done
command -v taskset >/dev/null || missing+=(util-linux)
[ -z "$tls" ] || command -v openssl >/dev/null || missing+=(openssl)
[[ $peers != *configurable* ]] || command -v npm >/dev/null || missing+=(npm)
if [ ${#missing[@]} -gt 0 ]; then
  command -v apt-get >/dev/null || fail "These are missing: ${missing[*]}. Install them, then run this script again."
  say "Installing ${missing[*]}"
  sudo=''; [ "$(id -u)" -eq 0 ] || sudo='sudo -n'
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq update >/dev/null
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${missing[@]}" >/dev/null || fail "Could not install ${missing[*]}."
fi

command -v dotnet >/dev/null || [ ! -x "$HOME/.dotnet/dotnet" ] || PATH=$HOME/.dotnet:$PATH
command -v dotnet >/dev/null || fail "The .NET 10 SDK is missing; see README.md."

cores=($(taskset -cp $$ | sed 's/.*: //' | tr ',' '\n' | awk -F- '{ for (i = $1; i <= ($2 == "" ? $1 : $2); i++) print i }'))
[ ${#cores[@]} -ge 2 ] || fail "Two cores are needed: one for the proxy, one for the load and the backend."
proxy_core=${cores[0]} load_core=${cores[1]}

work=$(mktemp -d)
pids=()
cleanup() {
  for pid in "${pids[@]:-}"; do [ -z "$pid" ] || kill "$pid" 2>/dev/null || true; done
  for pid in "${pids[@]:-}"; do [ -z "$pid" ] || wait "$pid" 2>/dev/null || true; done
  rm -rf "$work"
}
trap cleanup EXIT

program=$root/benchmarks/TenantKit.Benchmarks/bin/Release/net10.0/TenantKit.Benchmarks.dll
if [ ! -f "$program" ] || [ -n "$(find "$root/src" "$root/benchmarks/TenantKit.Benchmarks" -name '*.cs' -newer "$program" -not -path '*/obj/*' -print -quit)" ]; then
  say "Building"
  dotnet build "$root/benchmarks/TenantKit.Benchmarks" -c Release -v q -clp:ErrorsOnly >&2
fi

if [[ $peers == *configurable* ]]; then
  say "Fetching configurable-http-proxy"
  npm install --silent --no-audit --no-fund --prefix "$work/npm" configurable-http-proxy >/dev/null
fi

next_port=$((20000 + RANDOM % 20000))
free_port() { # sets $port
  while (exec 3<>/dev/tcp/127.0.0.1/$next_port) 2>/dev/null; do next_port=$((next_port + 1)); done
  port=$next_port next_port=$((next_port + 1))
}

# --- Backend: nginx with two addresses, so that a tenant has two instances ------------------------------------------
free_port; first=$port; free_port; second=$port
zeros() { head -c "$1" /dev/zero | tr '\0' 0; }
zeros "$post" > "$work/body"
location="location / { return 200 \"$(zeros $((answer < 2000 ? answer : 0)))\"; }"
if [ "$answer" -ge 2000 ]; then # more than nginx takes in its settings
  mkdir "$work/www"; chmod 755 "$work" "$work/www"; zeros "$answer" > "$work/www/answer"
  location="root $work/www; location / { rewrite ^ /answer last; } location = /answer { error_page 405 =200 /answer; }"
fi

cat > "$work/backend.conf" <<CONF
worker_processes 1; daemon off; pid $work/backend.pid; error_log $work/backend.log;
events { worker_connections 8192; multi_accept on; }
http { access_log off; keepalive_requests 1000000000; keepalive_timeout 1h; client_body_temp_path $work/b1; proxy_temp_path $work/b2;
  fastcgi_temp_path $work/b3; uwsgi_temp_path $work/b4; scgi_temp_path $work/b5;
  sendfile on; open_file_cache max=1 inactive=1h; client_max_body_size 0;
  server { listen 127.0.0.1:$first backlog=4096; listen 127.0.0.1:$second backlog=4096; default_type text/plain; $location } }
CONF
taskset -c "$load_core" nginx -c "$work/backend.conf" -e "$work/backend.log" & pids+=($!)

scheme=http pem=$work/localhost.pem certificate=()
if [ -n "$tls" ]; then
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout "$work/localhost.key" -out "$work/localhost.crt" 2>"$work/openssl.log" || fail "Could not make a certificate: $(cat "$work/openssl.log")"
  cat "$work/localhost.crt" "$work/localhost.key" > "$pem"
  scheme=https certificate=(--certificate "$pem")
fi

# --- The proxies, all on one core; those that have no turn are idle --------------------------------------------------
declare -A ports
start() { # name command...
  local name=$1; shift
  taskset -c "$proxy_core" "$@" >"$work/$name.out" 2>&1 & pids+=($!)
  ports[$name]=$port
}

for peer in $peers; do
  free_port
  case $peer in
    # As the sample's gateway host is set up in its project file.
    tenantkit) start tenantkit env DOTNET_gcServer=0 DOTNET_ThreadPool_UnfairSemaphoreSpinLimit=0 dotnet "$program" serve gateway --port $port --backends "127.0.0.1:$first,127.0.0.1:$second" --tenants "$tenants" --requests "$work/requests" --protocol "$protocol" "${certificate[@]}" ;;
    yarp) start yarp env DOTNET_gcServer=0 dotnet "$program" serve yarp --port $port --backends "127.0.0.1:$first" --protocol "$protocol" "${certificate[@]}" ;;
    nginx)
      cat > "$work/nginx.conf" <<CONF
worker_processes 1; daemon off; pid $work/nginx.pid; error_log $work/nginx.log;
events { worker_connections 8192; multi_accept on; }
http { access_log off; keepalive_requests 1000000000; keepalive_timeout 1h; client_max_body_size 0; client_body_temp_path $work/n1; proxy_temp_path $work/n2;
  fastcgi_temp_path $work/n3; uwsgi_temp_path $work/n4; scgi_temp_path $work/n5;
  upstream app { server 127.0.0.1:$first; server 127.0.0.1:$second; keepalive 256; keepalive_requests 1000000000; }
  server { listen 127.0.0.1:$port backlog=4096${tls:+ ssl}$([ $protocol = http1 ] || echo ' http2'); ${tls:+ssl_protocols TLSv1.2 TLSv1.3; ssl_certificate $pem; ssl_certificate_key $pem;} location / { proxy_pass http://app; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host \$host;
    proxy_set_header X-Forwarded-For \$remote_addr; proxy_set_header X-Forwarded-Proto \$scheme; proxy_set_header X-Forwarded-Host \$host; } } }
CONF
      start nginx nginx -c "$work/nginx.conf" -e "$work/nginx.log" ;;
    haproxy)
      cat > "$work/haproxy.cfg" <<CONF
global
  nbthread 1
  maxconn 4000
defaults
  mode http
  timeout connect 1s
  timeout client 1h
  timeout server 1h
  option http-keep-alive
frontend front
  bind 127.0.0.1:$port$(if [ -n "$tls" ]; then echo " ssl crt $pem alpn h2,http/1.1"; elif [ $protocol = http2 ]; then echo ' proto h2'; fi)
  default_backend app
backend app
  balance random(2)
  option forwardfor
  http-reuse always
  server a 127.0.0.1:$first pool-max-conn 256
  server b 127.0.0.1:$second pool-max-conn 256
CONF
      start haproxy haproxy -f "$work/haproxy.cfg" -db ;;
    configurable-http-proxy)
      free_port; api=$port; free_port
      start configurable-http-proxy node "$work/npm/node_modules/configurable-http-proxy/bin/configurable-http-proxy" \
        --ip 127.0.0.1 --port $port --api-ip 127.0.0.1 --api-port $api --default-target "http://127.0.0.1:$first" --log-level error ${tls:+--ssl-cert "$pem" --ssl-key "$pem"} ;;
    *) fail "There is no proxy '$peer'." ;;
  esac
done

say "Starting: $peers"
for peer in $peers; do
  for _ in $(seq 600); do
    (exec 3<>/dev/tcp/127.0.0.1/${ports[$peer]}) 2>/dev/null && { [ $peer != tenantkit ] || [ -s "$work/requests" ]; } && continue 2
    sleep 0.1
  done
  cat "$work/$peer.out" >&2
  fail "$peer did not start."
done

load() { # name seconds -> "requests microseconds p99 errors"
  local url="$scheme://127.0.0.1:${ports[$1]}" path token
  if [ $protocol = http1 ]; then
    taskset -c "$load_core" env TENANTKIT_POST_BYTES="$post" wrk -t1 -c"$connections" -d"$2s" --latency --timeout 10s -s "$work/requests" "$url/" | awk '$1 == "RESULT" { print $2, $3, $4, $5 }'
    return
  fi

  read -r path token < "$work/requests"
  rm -f "$work/log"
  taskset -c "$load_core" h2load -t1 -c"$(((connections + 7) / 8))" -m8 -D"$2" --log-file "$work/log" -H ':authority: localhost' -H "Authorization: Bearer $token" \
    $([ "$post" -eq 0 ] || echo "-d $work/body") "$url$path" >"$work/h2load"
  # Begin in µs, status, time in µs; those under way at the end are not in it.
  sort -n -k3 "$work/log" | awk -v took="$2" '{ n++; t[n] = $3; if ($2 < 200 || $2 > 299) bad++ } END { print n, took * 1e6, t[int(n * 0.99) + 1], bad + 0 }'
}

say "Warming up"
for peer in $peers; do
  # Those two are compiled while they run.
  case $peer in tenantkit|yarp) load "$peer" "$compiled" ;; *) load "$peer" "$warmup" ;; esac >/dev/null
done

# --- Rounds ---------------------------------------------------------------------------------------------------------
for ((round = 1; round <= rounds; round++)); do
  say "Round $round of $rounds"
  # Every round begins with another one, so that nobody is always first.
  order=($peers)
  for ((i = 0; i < ${#order[@]}; i++)); do
    peer=${order[$(((i + round) % ${#order[@]}))]}
    load "$peer" "$seconds" | awk -v round="$round" -v peer="$peer" '{ print round, peer, $1 / ($2 / 1e6), $3 / 1000, $4 }' >> "$work/rounds"
  done
done

errors=$(awk '{ n += $5 } END { print n + 0 }' "$work/rounds")
[ "$errors" -eq 0 ] || say "Warning: $errors requests failed; the figures below are of no use."

clients="$connections connections"
[ $protocol = http1 ] || clients="$(((connections + 7) / 8)) connections of HTTP/2 with 8 streams each"
[ -z "$tls" ] || clients="$clients, TLS"
machine="$(grep -m1 'model name' /proc/cpuinfo | sed 's/.*: //'), ${#cores[@]} cores, $(awk '/MemTotal/ { printf "%.0f GB", $2 / 1e6 }' /proc/meminfo), $(. /etc/os-release && echo "$PRETTY_NAME"), .NET $(dotnet --version)"
awk -v machine="$machine" -v rounds="$rounds" -v seconds="$seconds" -v clients="$clients" -v tenants="$tenants" -v answer="$answer" -v post="$post" -v names="$peers" -v json="$json" '
  function median(list, count,   i, j, t) {
    for (i = 2; i <= count; i++) for (j = i; j > 1 && list[j - 1] > list[j]; j--) { t = list[j]; list[j] = list[j - 1]; list[j - 1] = t }
    return count % 2 ? list[(count + 1) / 2] : (list[count / 2] + list[count / 2 + 1]) / 2
  }
  { rps[$2, $1] = $3; p99[$2, $1] = $4 }
  END {
    peers = split(names, name, " ")
    printf "%s\n%d rounds of %d s, %s, %d tenants, %s answered with %d bytes; the proxy has one core, load and backend another one.\n\n", machine, rounds, seconds, clients, tenants, (post > 0 ? "POST of " post " bytes" : "GET"), answer
    printf "| | requests/s | p99, ms | tenantkit / it | lowest – highest | p99 of tenantkit / its |\n|---|---:|---:|---:|---:|---:|\n"
    for (p = 1; p <= peers; p++) {
      for (r = 1; r <= rounds; r++) {
        a[r] = rps[name[p], r]; b[r] = p99[name[p], r]
        c[r] = a[r] > 0 ? rps["tenantkit", r] / a[r] : 0; d[r] = b[r] > 0 ? p99["tenantkit", r] / b[r] : 0
      }
      m = median(a, rounds); t = median(b, rounds); q = median(c, rounds); s = median(d, rounds)
      printf "| %s | %.0f | %.2f | %s | %s | %s |\n", name[p], m, t, p == 1 ? "" : sprintf("%.3f", q), p == 1 ? "" : sprintf("%.3f – %.3f", c[1], c[rounds]), p == 1 ? "" : sprintf("%.2f", s)
      results = results sprintf("%s{\"name\": \"%s\", \"requestsPerSecond\": %.0f, \"p99Ms\": %.3f}", p == 1 ? "" : ", ", name[p], m, t)
      if (p > 1) ratios = ratios sprintf("%s\"%s\": %.3f", p == 2 ? "" : ", ", name[p], q)
    }
    if (json != "") printf "{\"machine\": \"%s\", \"rounds\": %d, \"results\": [%s], \"ratios\": {%s}}\n", machine, rounds, results, ratios > json
  }' "$work/rounds"
[ "$errors" -eq 0 ]
