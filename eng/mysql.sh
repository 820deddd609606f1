#!/usr/bin/env bash
# A MariaDB server for the tests, in a folder of its own and on a free loopback port. Sourced by test.sh.
#
# start_mysql FOLDER   installs what is missing, starts the server, and exports TENANTKIT_TEST_MYSQL; does nothing when that is set already.
# stop_mysql           stops the server that start_mysql started.

mysql_pid=''

install_mysql() {
  [ -x "$(PATH=$PATH:/usr/sbin command -v mariadbd)" ] && return 0
  command -v apt-get >/dev/null || { echo "mariadb-server is missing. Install it, or set TENANTKIT_TEST_MYSQL." >&2; return 1; }
  local sudo=''
  [ "$(id -u)" -eq 0 ] || sudo='sudo -n'
  echo "Installing mariadb-server"
  # The package would start a server of its own, with its data in /var: not here.
  local policy=/usr/sbin/policy-rc.d made=''
  [ -e $policy ] || { made=1; printf '#!/bin/sh\nexit 101\n' | $sudo tee $policy >/dev/null && $sudo chmod +x $policy; }
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq update >/dev/null &&
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends mariadb-server >/dev/null
  local code=$?
  [ -z "$made" ] || $sudo rm -f $policy
  return $code
}

start_mysql() {
  [ -z "${TENANTKIT_TEST_MYSQL:-}" ] || return 0
  install_mysql || return 1
  local folder=$1/mysql port attempt
  mkdir -p "$folder/temporary"   # servers that share one delete each other's temporary tables
  mariadb-install-db --no-defaults --auth-root-authentication-method=normal --skip-test-db \
    --datadir="$folder/data" --tmpdir="$folder/temporary" --user="$(id -un)" >"$folder/install.log" 2>&1 || { tail -5 "$folder/install.log" >&2; return 1; }
  port=$(perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(LocalAddr => "127.0.0.1", Listen => 1)->sockport')
  PATH=$PATH:/usr/sbin mariadbd --no-defaults --datadir="$folder/data" --tmpdir="$folder/temporary" --port="$port" --bind-address=127.0.0.1 --socket="$folder/socket" \
    --pid-file="$folder/pid" --log-error="$folder/log" --user="$(id -un)" --skip-name-resolve --innodb-flush-log-at-trx-commit=2 \
    --innodb-buffer-pool-size=256M </dev/null >/dev/null 2>&1 &
  mysql_pid=$!
  for attempt in $(seq 300); do
    mariadb-admin --no-defaults --host=127.0.0.1 --port="$port" --user=root ping >/dev/null 2>&1 && break
    kill -0 "$mysql_pid" 2>/dev/null || { tail -5 "$folder/log" >&2; return 1; }
    sleep 0.1
  done
  export TENANTKIT_TEST_MYSQL="Server=127.0.0.1;Port=$port;User ID=root;SslMode=None"
  echo "MariaDB listens on 127.0.0.1:$port"
}

stop_mysql() {
  [ -n "$mysql_pid" ] || return 0
  kill "$mysql_pid" 2>/dev/null
  wait "$mysql_pid" 2>/dev/null
  mysql_pid=''
}
