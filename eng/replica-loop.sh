#!/usr/bin/env bash
# Kills and freezes replicas of the control plane, and restarts their database, for as many rounds as wanted; then the books must balance.
#
#   bash eng/replica-loop.sh [rounds]      default 100; TENANTKIT_REPLICA_SEED runs the same rounds again
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

configuration=${CONFIGURATION:-Release}
export TENANTKIT_REPLICA_ROUNDS=${1:-100}

dotnet build tests/TenantKit.Storage.MySql.Tests -c "$configuration" -nodeReuse:false -v quiet -clp:ErrorsOnly
exec dotnet exec "tests/TenantKit.Storage.MySql.Tests/bin/$configuration/net10.0/TenantKit.Storage.MySql.Tests.dll" \
  -noLogo -class TenantKit.Storage.MySql.Tests.Replicas.ReplicaTests -showLiveOutput
