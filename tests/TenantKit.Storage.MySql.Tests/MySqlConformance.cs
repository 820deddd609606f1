using TenantKit.Storage.MySql.Tests.Servers;
using TenantKit.Testing.Contracts;

namespace TenantKit.Storage.MySql.Tests;

/// <summary>Every suite of the stores, on a real server.</summary>
public sealed class MySqlConformance
{
    [Fact]
    public void AllSuites_AreRun() => Assert.Empty(StoreConformanceSuites.Missing(typeof(MySqlConformance).Assembly));

    public sealed class Commits : StoreCommitConformance
    {
        private readonly TestDatabase database = new();

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            database.Dispose();
        }

        protected override ITenantStore CreateStore() => database.Store();
    }

    public sealed class Names : StoreNameConformance
    {
        private readonly TestDatabase database = new();

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            database.Dispose();
        }

        protected override ITenantStore CreateStore() => database.Store();
    }

    public sealed class ChangeLog : StoreChangeLogConformance
    {
        private readonly TestDatabase database = new();

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            database.Dispose();
        }

        protected override ITenantStore CreateStore() => database.Store();
    }

    public sealed class RoundTrips : StoreRoundTripConformance
    {
        private readonly TestDatabase database = new();

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            database.Dispose();
        }

        protected override ITenantStore CreateStore() => database.Store();
    }

    public sealed class Tenants : StoreTenantConformance
    {
        private readonly TestDatabase database = new();

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            database.Dispose();
        }

        protected override ITenantStore CreateStore() => database.Store();
    }

    public sealed class Users : StoreUserConformance
    {
        private readonly TestDatabase database = new();

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            database.Dispose();
        }

        protected override ITenantStore CreateStore() => database.Store();
    }

    public sealed class Catalogue : StoreTemplateConformance
    {
        private readonly TestDatabase database = new();

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            database.Dispose();
        }

        protected override ITenantStore CreateStore() => database.Store();
    }

    public sealed class Operations : StoreOperationConformance
    {
        private readonly TestDatabase database = new();

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            database.Dispose();
        }

        protected override ITenantStore CreateStore() => database.Store();
    }

    public sealed class Audit : StoreAuditConformance
    {
        private readonly TestDatabase database = new();

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            database.Dispose();
        }

        protected override ITenantStore CreateStore() => database.Store();
    }

    public sealed class Leases : StoreLeaseConformance
    {
        private readonly TestDatabase database = new();

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            database.Dispose();
        }

        protected override ITenantStore CreateStore() => database.Store();
    }

    public sealed class Serial : StoreSerialConformance
    {
        private readonly TestDatabase database = new();

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            database.Dispose();
        }

        protected override ITenantStore CreateStore() => database.Store();
    }
}
