#!/usr/bin/env bash
# Kills the host at random moments while tenants in containers are created, killed and deleted, and looks whether anything is left in the engine.
#
#   bash eng/docker-kill-loop.sh [rounds]     the default is 200 rounds
#
# Environment: TENANTKIT_DOCKER_KILL_ON (Docker or DockerSwarm; the default is both, one after the other), TENANTKIT_DOCKER_KILL_SEED (the same
# rounds again; printed at the start), DOCKER_HOST, CONFIGURATION (default Release).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

configuration=${CONFIGURATION:-Release}
export TENANTKIT_DOCKER_KILL_ROUNDS=${1:-200}

dotnet build tests/TenantKit.EndToEnd.Tests -c "$configuration" -nodeReuse:false -v quiet -clp:ErrorsOnly
source eng/docker.sh
trap stop_docker EXIT
start_docker
dotnet exec "tests/TenantKit.EndToEnd.Tests/bin/$configuration/net10.0/TenantKit.EndToEnd.Tests.dll" \
  -noLogo -class TenantKit.EndToEnd.Tests.DockerKillTests -showLiveOutput
