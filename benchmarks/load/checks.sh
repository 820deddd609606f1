#!/usr/bin/env bash
# Shows that the gateway keeps its promises under load, on processes of the sample hosts: an admin host, gateways, and tenants as local processes.
#
#   bash benchmarks/load/checks.sh                     all checks in full, about 45 minutes
#   bash benchmarks/load/checks.sh --quick             all of them small, about 6 minutes
#   bash benchmarks/load/checks.sh failover cycles     only these; there are failover, cycles, anonymous, overload, restart, controldown
#
# More: --seed N, --count N (requests or cycles), --minutes N (how long the control plane is away, or
# how long cycles may take at most), --keep (leaves data and logs of the hosts).
# A line for each check says PASS or FAIL and the figures; the exit code is 0 when all passed. See docs/operations/load-checks.md.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
fail() { echo "$@" >&2; exit 1; }

missing=()
command -v busybox >/dev/null || missing+=(busybox)
command -v setsid >/dev/null && command -v taskset >/dev/null || missing+=(util-linux)
if [ ${#missing[@]} -gt 0 ]; then
  command -v apt-get >/dev/null || fail "These are missing: ${missing[*]}. Install them, then run this script again."
  sudo=''; [ "$(id -u)" -eq 0 ] || sudo='sudo -n'
  echo "Installing ${missing[*]}" >&2
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq update >/dev/null
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${missing[@]}" >/dev/null || fail "Could not install ${missing[*]}."
fi

command -v dotnet >/dev/null || [ ! -x "$HOME/.dotnet/dotnet" ] || PATH=$HOME/.dotnet:$PATH
command -v dotnet >/dev/null || fail "The .NET 10 SDK is missing; see README.md."
# Every connection is a descriptor in the gateway, twice.
ulimit -n 65536 2>/dev/null || ulimit -n "$(ulimit -Hn)"

echo "Building" >&2
dotnet build "$root/benchmarks/TenantKit.LoadChecks" -c Release -v q -clp:ErrorsOnly >&2
exec dotnet "$root/benchmarks/TenantKit.LoadChecks/bin/Release/net10.0/TenantKit.LoadChecks.dll" run "$@"
