using TenantKit.Testing.Contracts;

namespace TenantKit.Kubernetes.Tests;

public sealed class KubernetesLifecycleTests : OrchestratorLifecycleConformance<KubernetesHarness>;

public sealed class KubernetesObservationTests : OrchestratorObservationConformance<KubernetesHarness>;

public sealed class KubernetesChangeTests : OrchestratorChangeConformance<KubernetesHarness>;

public sealed class KubernetesTruthTests : OrchestratorTruthConformance<KubernetesHarness>;

public sealed class KubernetesLimitsTests : OrchestratorLimitsConformance<KubernetesHarness>;

public sealed class OrchestratorComplianceTests
{
    [Fact]
    public void EveryHarness_EverySuite_IsRun() => Assert.Empty(OrchestratorConformance.Missing(typeof(OrchestratorComplianceTests).Assembly));
}
