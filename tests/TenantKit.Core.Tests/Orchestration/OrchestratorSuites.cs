using TenantKit.Testing.Contracts;

namespace TenantKit.Core.Tests.Orchestration;

public sealed class InMemoryLifecycleTests : OrchestratorLifecycleConformance<InMemoryHarness>;

public sealed class InMemoryObservationTests : OrchestratorObservationConformance<InMemoryHarness>;

public sealed class InMemoryChangeTests : OrchestratorChangeConformance<InMemoryHarness>;

public sealed class InMemoryTruthTests : OrchestratorTruthConformance<InMemoryHarness>;

public sealed class InMemoryLimitsTests : OrchestratorLimitsConformance<InMemoryHarness>;

public sealed class ProcessLifecycleTests : OrchestratorLifecycleConformance<ProcessHarness>;

public sealed class ProcessObservationTests : OrchestratorObservationConformance<ProcessHarness>;

public sealed class ProcessChangeTests : OrchestratorChangeConformance<ProcessHarness>;

public sealed class ProcessTruthTests : OrchestratorTruthConformance<ProcessHarness>;

public sealed class ProcessLimitsTests : OrchestratorLimitsConformance<ProcessHarness>;
