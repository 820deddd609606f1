#!/usr/bin/env bash
# Kills the host at random moments while tenants are created, woken and deleted, and looks whether everything converges after each restart.
#
#   bash eng/kill-loop.sh [rounds]     the default is 30 rounds
#
# Environment: TENANTKIT_KILL_SEED (the same rounds again; printed at the start), CONFIGURATION (default Release).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

configuration=${CONFIGURATION:-Release}
export TENANTKIT_KILL_ROUNDS=${1:-30}

dotnet build tests/TenantKit.EndToEnd.Tests -c "$configuration" -nodeReuse:false -v quiet -clp:ErrorsOnly
exec dotnet exec "tests/TenantKit.EndToEnd.Tests/bin/$configuration/net10.0/TenantKit.EndToEnd.Tests.dll" \
  -noLogo -class TenantKit.EndToEnd.Tests.HostCrashTests -showLiveOutput
