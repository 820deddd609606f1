using TenantKit.Testing.Contracts;

namespace TenantKit.Storage.Sqlite.Tests;

/// <summary>Every suite of the stores, on a file in a temporary folder.</summary>
public sealed class SqliteConformance
{
    [Fact]
    public void AllSuites_AreRun() => Assert.Empty(StoreConformanceSuites.Missing(typeof(SqliteConformance).Assembly));

    public sealed class Commits : StoreCommitConformance
    {
        private readonly TemporaryFolder folder = new();

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            folder.Dispose();
        }

        protected override ITenantStore CreateStore() => SqliteStores.In(folder.Path);
    }

    public sealed class Names : StoreNameConformance
    {
        private readonly TemporaryFolder folder = new();

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            folder.Dispose();
        }

        protected override ITenantStore CreateStore() => SqliteStores.In(folder.Path);
    }

    public sealed class ChangeLog : StoreChangeLogConformance
    {
        private readonly TemporaryFolder folder = new();

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            folder.Dispose();
        }

        protected override ITenantStore CreateStore() => SqliteStores.In(folder.Path);
    }

    public sealed class RoundTrips : StoreRoundTripConformance
    {
        private readonly TemporaryFolder folder = new();

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            folder.Dispose();
        }

        protected override ITenantStore CreateStore() => SqliteStores.In(folder.Path);
    }

    public sealed class Tenants : StoreTenantConformance
    {
        private readonly TemporaryFolder folder = new();

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            folder.Dispose();
        }

        protected override ITenantStore CreateStore() => SqliteStores.In(folder.Path);
    }

    public sealed class Users : StoreUserConformance
    {
        private readonly TemporaryFolder folder = new();

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            folder.Dispose();
        }

        protected override ITenantStore CreateStore() => SqliteStores.In(folder.Path);
    }

    public sealed class Catalogue : StoreTemplateConformance
    {
        private readonly TemporaryFolder folder = new();

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            folder.Dispose();
        }

        protected override ITenantStore CreateStore() => SqliteStores.In(folder.Path);
    }

    public sealed class Operations : StoreOperationConformance
    {
        private readonly TemporaryFolder folder = new();

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            folder.Dispose();
        }

        protected override ITenantStore CreateStore() => SqliteStores.In(folder.Path);
    }

    public sealed class Audit : StoreAuditConformance
    {
        private readonly TemporaryFolder folder = new();

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            folder.Dispose();
        }

        protected override ITenantStore CreateStore() => SqliteStores.In(folder.Path);
    }

    public sealed class Leases : StoreLeaseConformance
    {
        private readonly TemporaryFolder folder = new();

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            folder.Dispose();
        }

        protected override ITenantStore CreateStore() => SqliteStores.In(folder.Path);
    }

    public sealed class Serial : StoreSerialConformance
    {
        private readonly TemporaryFolder folder = new();

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            folder.Dispose();
        }

        protected override ITenantStore CreateStore() => SqliteStores.In(folder.Path);
    }
}
