#!/usr/bin/env bash
# A Docker Engine with a swarm of one node for the tests. Sourced by test.sh.
#
# start_docker   uses the engine that answers already; else installs and starts one of its own, whose images are kept between runs in
#                ~/.cache/tenantkit/docker. Exports TENANTKIT_TEST_DOCKER and builds the images.
# stop_docker    stops the engine that start_docker started, and leaves the swarm that it made in one that ran before.

docker_pid='' docker_made_swarm=''

docker_sudo() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi; }

install_docker() {
  local missing=()
  PATH=$PATH:/usr/sbin:/sbin command -v dockerd >/dev/null || missing+=(docker.io)
  PATH=$PATH:/usr/sbin:/sbin command -v iptables >/dev/null || missing+=(iptables)
  [ ${#missing[@]} -gt 0 ] || return 0
  command -v apt-get >/dev/null || { echo "A Docker Engine is missing. Install and start one, or set DOCKER_HOST." >&2; return 1; }
  echo "Installing ${missing[*]}"
  docker_sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq update >/dev/null
  # The package would start an engine of its own, with its data in /var: not here.
  local policy=/usr/sbin/policy-rc.d made=''
  [ -e $policy ] || { made=1; printf '#!/bin/sh\nexit 101\n' | docker_sudo tee $policy >/dev/null && docker_sudo chmod +x $policy; }
  docker_sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${missing[@]}" >/dev/null
  local code=$?
  [ -z "$made" ] || docker_sudo rm -f $policy
  return $code
}

start_engine() {
  local folder=${TENANTKIT_DOCKER_CACHE:-$HOME/.cache/tenantkit/docker} attempt
  install_docker || return 1
  mkdir -p "$folder"
  # Without the mark of the tests: what it runs is told by labels, and it outlives the projects that use it.
  docker_sudo env -u TENANTKIT_TEST_RUN PATH="$PATH:/usr/sbin:/sbin" dockerd --data-root "$folder/data" --exec-root "$folder/run" \
    --pidfile "$folder/dockerd.pid" --host "unix://$folder/docker.sock" >"$folder/dockerd.log" 2>&1 </dev/null &
  export DOCKER_HOST="unix://$folder/docker.sock"
  for attempt in $(seq 300); do
    docker_pid=$(docker_sudo cat "$folder/dockerd.pid" 2>/dev/null)
    docker version >/dev/null 2>&1 && return 0
    sleep 0.1
  done
  echo "The Docker Engine did not start; the end of $folder/dockerd.log:" >&2
  tail -5 "$folder/dockerd.log" >&2
  return 1
}

# The bridge that joins the tasks of a swarm to this machine, closed: no way between tasks, none to the outside, and ports on loopback alone.
bridge_options=(com.docker.network.bridge.enable_icc=false com.docker.network.bridge.enable_ip_masquerade=false com.docker.network.bridge.host_binding_ipv4=127.0.0.1)

has_closed_bridge() {
  local found option
  found=$(docker network inspect --format '{{range $name, $value := .Options}}{{$name}}={{$value}} {{end}}' docker_gwbridge 2>/dev/null) || return 1
  for option in "${bridge_options[@]}"; do [[ " $found" == *" $option "* ]] || return 1; done
}

start_swarm() {
  local options=() option
  if ! has_closed_bridge; then
    # A swarm that was there before made an open one, which goes only when the swarm does. That is for its owner to decide.
    if [ "$(docker info --format '{{.Swarm.LocalNodeState}}')" = active ]; then
      [ -n "$docker_pid" ] || { echo "The bridge docker_gwbridge of the swarm on this engine is open, and the tests need a closed one (docs/guides/docker.md says how to make it). Nothing was changed; mend it, or set DOCKER_HOST to another engine." >&2; return 1; }
      docker swarm leave --force >/dev/null 2>&1
    fi
    docker network rm docker_gwbridge >/dev/null 2>&1
    for option in "${bridge_options[@]}"; do options+=(--opt "$option"); done
    docker network create --driver bridge --opt com.docker.network.bridge.name=docker_gwbridge "${options[@]}" docker_gwbridge >/dev/null || return 1
  fi
  if [ "$(docker info --format '{{.Swarm.LocalNodeState}}')" != active ]; then
    docker swarm init --advertise-addr 127.0.0.1 >/dev/null && docker_made_swarm=1
  fi
}

start_docker() {
  docker version >/dev/null 2>&1 || start_engine || return 1
  start_swarm || return 1
  export TENANTKIT_TEST_DOCKER=${DOCKER_HOST:-unix:///var/run/docker.sock}
  echo "Docker Engine $(docker version --format '{{.Server.Version}}') on $TENANTKIT_TEST_DOCKER"
  bash eng/images.sh
}

stop_docker() {
  if [ -n "$docker_pid" ]; then
    docker_sudo kill "$docker_pid" 2>/dev/null
    local attempt
    for attempt in $(seq 200); do
      docker_sudo kill -0 "$docker_pid" 2>/dev/null || break
      sleep 0.1
    done
  elif [ -n "$docker_made_swarm" ]; then
    docker swarm leave --force >/dev/null 2>&1
  fi
  docker_pid='' docker_made_swarm=''
}
