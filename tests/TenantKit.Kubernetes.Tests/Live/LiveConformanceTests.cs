using TenantKit.Testing.Contracts;

namespace TenantKit.Kubernetes.Tests.Live;

public sealed class LiveLifecycleTests : OrchestratorLifecycleConformance<LiveHarness>;

public sealed class LiveObservationTests : OrchestratorObservationConformance<LiveHarness>;

public sealed class LiveChangeTests : OrchestratorChangeConformance<LiveHarness>;

public sealed class LiveTruthTests : OrchestratorTruthConformance<LiveHarness>;

public sealed class LiveLimitsTests : OrchestratorLimitsConformance<LiveHarness>;
