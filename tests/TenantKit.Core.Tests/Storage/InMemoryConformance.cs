using TenantKit.Storage;
using TenantKit.Storage.InMemory;
using TenantKit.Testing.Contracts;

namespace TenantKit.Core.Tests.Storage;

/// <summary>Every suite of the stores, in memory.</summary>
public sealed class InMemoryConformance
{
    [Fact]
    public void AllSuites_AreRun() => Assert.Empty(StoreConformanceSuites.Missing(typeof(InMemoryConformance).Assembly));

    public sealed class Commits : StoreCommitConformance
    {
        protected override ITenantStore CreateStore() => new InMemoryTenantStore();
    }

    public sealed class Names : StoreNameConformance
    {
        protected override ITenantStore CreateStore() => new InMemoryTenantStore();
    }

    public sealed class ChangeLog : StoreChangeLogConformance
    {
        protected override ITenantStore CreateStore() => new InMemoryTenantStore();
    }

    public sealed class RoundTrips : StoreRoundTripConformance
    {
        protected override ITenantStore CreateStore() => new InMemoryTenantStore();
    }

    public sealed class Tenants : StoreTenantConformance
    {
        protected override ITenantStore CreateStore() => new InMemoryTenantStore();
    }

    public sealed class Users : StoreUserConformance
    {
        protected override ITenantStore CreateStore() => new InMemoryTenantStore();
    }

    public sealed class Catalogue : StoreTemplateConformance
    {
        protected override ITenantStore CreateStore() => new InMemoryTenantStore();
    }

    public sealed class Operations : StoreOperationConformance
    {
        protected override ITenantStore CreateStore() => new InMemoryTenantStore();
    }

    public sealed class Audit : StoreAuditConformance
    {
        protected override ITenantStore CreateStore() => new InMemoryTenantStore();
    }

    public sealed class Leases : StoreLeaseConformance
    {
        protected override ITenantStore CreateStore() => new InMemoryTenantStore();
    }

    public sealed class Serial : StoreSerialConformance
    {
        protected override ITenantStore CreateStore() => new InMemoryTenantStore();
    }
}
