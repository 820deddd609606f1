#!/usr/bin/env bash
# Builds the images that TenantKit's hosts, samples and tests use, for machines without a registry: from Debian packages and publish outputs alone.
#
#   bash eng/images.sh [shell|database|app|hosts]...     the default is shell, database and app
#
#   tenantkit/test-shell:1        a shell, for the tests of orchestrators
#   tenantkit/mariadb:local       MariaDB, with the settings of the official image (MARIADB_DATABASE, …_USER, …_PASSWORD_FILE)
#   tenantkit/dotnet:local        the .NET runtime of this machine
#   tenantkit/tenant-app:local    the sample's business app
#   tenantkit/admin-host:local    tenantkit/gateway-host:local
#
# An image whose ingredients have not changed is kept. Environment: DOCKER_HOST, CONFIGURATION (default Release).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
configuration=${CONFIGURATION:-Release}
export DOCKER_BUILDKIT=0 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

digest() { sha256sum | cut -c1-32; }
sudo_apt() {
  local sudo=''
  [ "$(id -u)" -eq 0 ] || sudo='sudo -n'
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq update >/dev/null
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$@" >/dev/null
}

# need COMMAND PACKAGE...: installs the packages unless the command is there
need() { PATH=$PATH:/usr/sbin command -v "$1" >/dev/null || { shift; echo "Installing $*"; sudo_apt "$@"; }; }

# is_made IMAGE HASH: true when the image was made from the same ingredients
is_made() { [ "$(docker image inspect --format '{{index .Config.Labels "tenantkit.build"}}' "$1" 2>/dev/null)" = "$2" ]; }

# libraries ROOT FILE...: copies the shared libraries that the files load
libraries() {
  local root=$1 library
  shift
  for library in $(ldd "$@" 2>/dev/null | grep -v ':$' | grep -oE '/[^ ]+\.so[^ ]*' | sort -u); do
    mkdir -p "$root$(dirname "$library")"
    cp -Lu "$library" "$root$library"
  done
}

# skeleton ROOT: what every program expects
skeleton() {
  mkdir -p "$1"/{bin,etc,tmp,var/lib,run,proc,sys,dev,usr/bin}
  chmod 1777 "$1/tmp"
  printf 'root:x:0:0:root:/root:/bin/sh\nmysql:x:999:999::/nonexistent:/bin/false\napp:x:10001:10001::/tmp:/bin/false\n' >"$1/etc/passwd"
  printf 'root:x:0:\nmysql:x:999:\napp:x:10001:\n' >"$1/etc/group"
  printf 'hosts: files dns\n' >"$1/etc/nsswitch.conf"
}

busybox_into() {
  local applet
  need busybox busybox-static
  cp "$(command -v busybox)" "$1/bin/busybox"
  libraries "$1" "$1/bin/busybox" # none, unless the machine had one already that is not static
  for applet in $("$1/bin/busybox" --list); do [ "$applet" = busybox ] || ln -sf busybox "$1/bin/$applet"; done
}

import() { # IMAGE HASH ROOT CHANGE...
  local image=$1 hash=$2 root=$3 changes=(--change "LABEL tenantkit.build=$2") change
  shift 3
  for change in "$@"; do changes+=(--change "$change"); done
  tar -C "$root" --numeric-owner --owner=0 --group=0 -c . | docker import "${changes[@]}" - "$image" >/dev/null
  echo "Built $image"
}

build_shell() {
  need busybox busybox-static
  local hash root=$scratch/shell
  hash=$(cat eng/images.sh "$(command -v busybox)" | digest)
  is_made tenantkit/test-shell:1 "$hash" && return
  skeleton "$root"
  busybox_into "$root"
  import tenantkit/test-shell:1 "$hash" "$root" 'ENV PATH=/bin'
}

build_database() {
  need mariadbd mariadb-server-core
  need mariadb-admin mariadb-client
  local hash root=$scratch/database program
  hash=$({ cat eng/images.sh eng/mariadb-entrypoint.sh; dpkg-query -W mariadb-server-core mariadb-client libc6 busybox-static; } | digest)
  is_made tenantkit/mariadb:local "$hash" && return
  skeleton "$root"
  busybox_into "$root"
  mkdir -p "$root"/usr/{sbin,share,lib} "$root"/run/mysqld "$root"/lib64
  cp -r /usr/share/mysql "$root/usr/share/mysql"
  for program in /usr/sbin/mariadbd /usr/bin/mariadb-admin /usr/bin/mariadb; do cp -L "$program" "$root$program"; libraries "$root" "$program"; done
  ln -s mariadb-admin "$root/usr/bin/mysqladmin"
  install -m 0755 eng/mariadb-entrypoint.sh "$root/usr/bin/docker-entrypoint.sh"
  import tenantkit/mariadb:local "$hash" "$root" 'ENV PATH=/usr/bin:/usr/sbin:/bin' 'USER 999:999' 'ENTRYPOINT ["docker-entrypoint.sh"]' 'EXPOSE 3306'
}

build_dotnet() {
  local dotnet hash root=$scratch/dotnet version crypto
  dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
  version=$(dotnet --list-runtimes | awk '/^Microsoft.AspNetCore.App 10\./ { found = $2 } END { print found }')
  hash=$({ cat eng/images.sh; echo "$version"; dpkg-query -W libc6 libssl3 libstdc++6; } | digest)
  is_made tenantkit/dotnet:local "$hash" && return
  skeleton "$root"
  mkdir -p "$root/usr/share/dotnet/shared/Microsoft.NETCore.App" "$root/usr/share/dotnet/shared/Microsoft.AspNetCore.App" "$root/lib64" "$root/etc/ssl"
  cp "$dotnet/dotnet" "$root/usr/share/dotnet/"
  cp -r "$dotnet/host" "$root/usr/share/dotnet/"
  cp -r "$dotnet/shared/Microsoft.NETCore.App/$version" "$root/usr/share/dotnet/shared/Microsoft.NETCore.App/"
  cp -r "$dotnet/shared/Microsoft.AspNetCore.App/$version" "$root/usr/share/dotnet/shared/Microsoft.AspNetCore.App/"
  libraries "$root" "$dotnet/dotnet" "$dotnet/shared/Microsoft.NETCore.App/$version/"*.so
  # Loaded by name while it runs, so that ldd does not tell of them.
  for crypto in $(ldconfig -p | awk '/lib(ssl|crypto)\.so\.3 |libz\.so\.1 / && /x86-64|AArch64/ { print $NF }'); do
    mkdir -p "$root$(dirname "$crypto")"
    cp -Lu "$crypto" "$root$crypto"
  done
  [ ! -d /etc/ssl/certs ] || cp -rL /etc/ssl/certs "$root/etc/ssl/" 2>/dev/null || true
  import tenantkit/dotnet:local "$hash" "$root" 'ENV PATH=/usr/share/dotnet:/bin DOTNET_ROOT=/usr/share/dotnet DOTNET_RUNNING_IN_CONTAINER=true DOTNET_EnableDiagnostics=0' \
    'USER 10001:10001' 'EXPOSE 8080'
}

build_program() { # IMAGE PROJECT
  local image=$1 project=$2 hash context=$scratch/$2
  build_dotnet
  dotnet publish "samples/$project" -c "$configuration" -o "$context/app" -nodeReuse:false -v quiet -clp:ErrorsOnly -p:UseAppHost=false </dev/null
  hash=$({ docker image inspect --format '{{.ID}}' tenantkit/dotnet:local; find "$context/app" -type f ! -name '*.pdb' | sort | xargs sha256sum | sed "s|$scratch||"; } | digest)
  is_made "$image" "$hash" && return
  cat >"$context/Dockerfile" <<EOF
FROM tenantkit/dotnet:local
LABEL tenantkit.build=$hash
COPY app /app
WORKDIR /app
ENTRYPOINT ["dotnet", "/app/$project.dll"]
EOF
  docker build -q -t "$image" "$context" >/dev/null
  echo "Built $image"
}

for what in "${@:-shell database app}"; do
  for one in $what; do
    case $one in
      shell) build_shell ;;
      database) build_database ;;
      app) build_program tenantkit/tenant-app:local TenantKit.Samples.TenantApp ;;
      hosts)
        build_program tenantkit/admin-host:local TenantKit.Samples.AdminHost
        build_program tenantkit/gateway-host:local TenantKit.Samples.GatewayHost
        ;;
      *) echo "There is no '$one': shell, database, app or hosts." >&2; exit 2 ;;
    esac
  done
done
