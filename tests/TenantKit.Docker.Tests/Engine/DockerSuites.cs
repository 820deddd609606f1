using TenantKit.Testing.Contracts;

namespace TenantKit.Docker.Tests.Engine;

public sealed class DockerLifecycleTests : OrchestratorLifecycleConformance<DockerHarness>;

public sealed class DockerObservationTests : OrchestratorObservationConformance<DockerHarness>;

public sealed class DockerChangeTests : OrchestratorChangeConformance<DockerHarness>;

public sealed class DockerTruthTests : OrchestratorTruthConformance<DockerHarness>;

public sealed class DockerLimitsTests : OrchestratorLimitsConformance<DockerHarness>;

public sealed class DockerSharedUnitTests : SharedUnitTests<DockerHarness>;

public sealed class DockerRoundsTests : RoundsTests<DockerHarness>;

public sealed class DockerComplianceTests
{
    [Fact]
    public void EverySuite_IsRun() => Assert.Empty(OrchestratorConformance.Missing(typeof(DockerComplianceTests).Assembly));
}
