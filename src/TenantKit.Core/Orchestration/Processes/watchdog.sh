#!/bin/sh
# Ends the tenants' processes when no host renews its lease any more. One runs per data directory; a host starts it and looks after it.
# usage: watchdog.sh UNITS_FOLDER MARKER TICKS TICK_SECONDS VERSION
units=$1 marker=$2 ticks=$3 tick=$4 version=$5
cd /

read -r stat <"/proc/$$/stat"
# Under a name of its own: the host writes the same file at the same time.
echo "$version $$ ${stat##*) }" >"$units/.watchdog.$$" && mv "$units/.watchdog.$$" "$units/.watchdog"

beat() {
  lease=
  { read -r lease <"$units/.lease"; } 2>/dev/null
  echo "$lease"
}

# Start time of a process whose fields after the name are given.
started() { echo "${20}"; }

# Processes that carry the marker, and recorded ones that hide it: their number and start time must both fit.
victims() {
  for folder in /proc/[0-9]*; do
    if { tr '\0' '\n' <"$folder/environ" | grep -Fqx "TENANTKIT_INSTALLATION=$marker"; } 2>/dev/null; then
      echo "${folder#/proc/}"
    fi
  done
  for note in "$units"/*/run/*.pid; do
    { read -r pid noted <"$note" && read -r stat <"/proc/$pid/stat"; } 2>/dev/null || continue
    now=${stat##*) }
    case $now in [ZX]*) continue ;; esac
    if [ "$(started $now)" = "$(started $noted)" ]; then
      echo "$pid"
    fi
  done
}

# By group, so that what an app started goes with it; one that leads no group gets the signal alone.
signal() {
  for pid in $2; do
    { kill -s "$1" -- "-$pid" || kill -s "$1" "$pid"; } 2>/dev/null
  done
}

while :; do
  last=$(beat) same=0
  while [ "$same" -lt "$ticks" ]; do
    sleep "$tick"
    seen=$(beat)
    if [ "$seen" = "$last" ]; then same=$((same + 1)); else same=0 last=$seen; fi
  done

  left=$(victims)
  signal TERM "$left"
  tries=0
  while [ -n "$left" ] && [ "$(beat)" = "$last" ]; do
    sleep 1
    left=$(victims)
    tries=$((tries + 1))
    if [ "$tries" -ge 10 ] && [ "$(beat)" = "$last" ]; then signal KILL "$left"; fi
  done
  # A host that came back meanwhile is watched over again.
  if [ "$(beat)" = "$last" ]; then exit 0; fi
done
