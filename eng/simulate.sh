#!/usr/bin/env bash
# Runs the deterministic simulation of the control plane and the gateways; see docs/operations/simulation.md.
# The last line is `seeds N, events N, events/s N, violations N`, or `mutants N, caught N`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
project=tests/TenantKit.Simulation
dotnet build "$project" --configuration Release -clp:ErrorsOnly -v quiet >&2
exec dotnet "$project/bin/Release/net10.0/TenantKit.Simulation.dll" simulate "$@"
