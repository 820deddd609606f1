using TenantKit.Docker.Tests.Engine;
using TenantKit.Testing.Contracts;

namespace TenantKit.Docker.Tests.Swarm;

public sealed class SwarmLifecycleTests : OrchestratorLifecycleConformance<SwarmHarness>;

public sealed class SwarmObservationTests : OrchestratorObservationConformance<SwarmHarness>;

public sealed class SwarmChangeTests : OrchestratorChangeConformance<SwarmHarness>;

public sealed class SwarmTruthTests : OrchestratorTruthConformance<SwarmHarness>;

public sealed class SwarmLimitsTests : OrchestratorLimitsConformance<SwarmHarness>;

public sealed class SwarmSharedUnitTests : SharedUnitTests<SwarmHarness>;

public sealed class SwarmRoundsTests : RoundsTests<SwarmHarness>;
