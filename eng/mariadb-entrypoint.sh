#!/bin/sh
# Starts MariaDB with the settings of the official image: MARIADB_DATABASE, MARIADB_USER, MARIADB_PASSWORD_FILE, MARIADB_ROOT_PASSWORD_FILE.
# As there, a database that was made needs none of them, and without the password of root none is made.
# The first tables are made aside and moved into place, those that tell a made database last: a start that is cut off is done again.
set -eu
data=/var/lib/mysql
for argument in "$@"; do case $argument in --datadir=*) data=${argument#--datadir=} ;; esac; done

if [ ! -d "$data/mysql" ]; then
  if [ -z "${MARIADB_ROOT_PASSWORD_FILE:-}" ]; then
    echo 'Database is uninitialized and password option is not specified: set MARIADB_ROOT_PASSWORD_FILE.' >&2
    exit 1
  fi

  draft=$data/.draft
  rm -rf "$draft"
  mkdir -p "$draft/mysql"
  cd /usr/share/mysql
  { echo 'USE mysql;'; echo "SET @auth_root_socket=NULL;"; cat mysql_system_tables.sql mysql_performance_tables.sql mysql_system_tables_data.sql; } |
    mariadbd --no-defaults --bootstrap --datadir="$draft" --tmpdir=/tmp --log-warnings=0 --innodb-log-file-size=16M
  for file in "$draft"/*; do
    [ "$file" = "$draft/mysql" ] || { rm -rf "$data/${file##*/}"; mv "$file" "$data/"; }
  done
  mv "$draft/mysql" "$data/"
  rmdir "$draft"
fi

# Said again at every start, so that a changed password holds from the next one on. Of the start before it is left, and not to be written to.
rm -f /tmp/init.sql
{
  if [ -n "${MARIADB_DATABASE:-}" ]; then
    echo "CREATE DATABASE IF NOT EXISTS \`$MARIADB_DATABASE\`;"
  fi

  if [ -n "${MARIADB_USER:-}" ]; then
    password=$(cat "$MARIADB_PASSWORD_FILE")
    cat <<EOF
CREATE USER IF NOT EXISTS '$MARIADB_USER'@'%' IDENTIFIED BY '$password';
ALTER USER '$MARIADB_USER'@'%' IDENTIFIED BY '$password';
EOF
    [ -z "${MARIADB_DATABASE:-}" ] || echo "GRANT ALL ON \`$MARIADB_DATABASE\`.* TO '$MARIADB_USER'@'%';"
  fi

  if [ -n "${MARIADB_ROOT_PASSWORD_FILE:-}" ]; then
    root=$(cat "$MARIADB_ROOT_PASSWORD_FILE")
    cat <<EOF
CREATE USER IF NOT EXISTS 'root'@'localhost' IDENTIFIED BY '$root';
ALTER USER 'root'@'localhost' IDENTIFIED BY '$root';
CREATE USER IF NOT EXISTS 'root'@'%' IDENTIFIED BY '$root';
ALTER USER 'root'@'%' IDENTIFIED BY '$root';
GRANT ALL ON *.* TO 'root'@'%' WITH GRANT OPTION;
EOF
  fi

  echo "DELETE FROM mysql.global_priv WHERE User = '';"
  echo 'FLUSH PRIVILEGES;'
} >/tmp/init.sql
chmod 0400 /tmp/init.sql
exec mariadbd --no-defaults --tmpdir=/tmp --socket=/run/mysqld/mysqld.sock --pid-file=/run/mysqld/mysqld.pid --bind-address=0.0.0.0 --skip-name-resolve \
  --init-file=/tmp/init.sql --innodb-log-file-size=16M --innodb-buffer-pool-size=64M --performance-schema=OFF "$@"
