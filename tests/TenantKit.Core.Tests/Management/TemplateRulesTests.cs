using TenantKit.Management;
using TenantKit.Orchestration;
using TenantKit.Templates;
using TenantKit.Testing;

namespace TenantKit.Core.Tests.Management;

public sealed class TemplateRulesTests
{
    [Theory]
    [InlineData(false, false, DatabaseMode.Dedicated, "This orchestrator supports the database mode \"embedded\" only.")]
    [InlineData(true, false, DatabaseMode.Shared, "This orchestrator supports the database modes \"embedded\" and \"dedicated\".")]
    [InlineData(false, true, DatabaseMode.Dedicated, "This orchestrator supports the database modes \"embedded\" and \"shared\".")]
    [InlineData(true, true, (DatabaseMode)9, "This orchestrator supports the database modes \"embedded\", \"dedicated\" and \"shared\".")]
    [InlineData(true, true, DatabaseMode.Shared, null)]
    [InlineData(true, true, DatabaseMode.Dedicated, null)]
    [InlineData(false, false, DatabaseMode.Embedded, null)]
    public void Check_DatabaseMode_IsOneOfTheOrchestrators(bool dedicated, bool shared, DatabaseMode mode, string? problem)
    {
        var capabilities = new OrchestratorCapabilities { Replicas = true, DedicatedDatabase = dedicated, SharedDatabase = shared };

        var errors = TemplateRules.Check(TestRecords.Template("app") with { Database = mode }, capabilities);

        Assert.Equal(problem is null ? null : [problem], errors.GetValueOrDefault("database"));
    }
}
