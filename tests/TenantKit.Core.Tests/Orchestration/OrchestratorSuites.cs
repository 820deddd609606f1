using TenantKit.Testing.Contracts;

namespace TenantKit.Core.Tests.Orchestration;

public sealed class InMemoryLifecycleTests : OrchestratorLifecycleConformance<InMemoryHarness>;

public sealed class InMemoryObservationTests : OrchestratorObservationConformance<InMemoryHarness>;

public sealed class ProcessLifecycleTests : OrchestratorLifecycleConformance<ProcessHarness>;

public sealed class ProcessObservationTests : OrchestratorObservationConformance<ProcessHarness>;
