using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TenantKit.Diagnostics;
using TenantKit.Storage.EntityFrameworkCore;
using TenantKit.Storage.MySql.Following;
using TenantKit.Storage.MySql.Secrets;
using TenantKit.Templates;

namespace TenantKit.Storage.MySql;

/// <summary>The store in a MySQL or MariaDB database, used by any number of hosts.</summary>
internal sealed class MySqlTenantStore : EfTenantStore, ITenantStore
{
    private readonly IRecordSecrets secrets;
    private readonly ChangePoller poller;

    public MySqlTenantStore(
        MySqlStoreProvider provider, IRecordSecrets secrets, IOptions<MySqlStoreOptions> options, TimeProvider time, ILogger<ChangePoller> logger)
        : base(provider, time: time)
    {
        this.secrets = secrets;
        poller = new ChangePoller(AnnounceNewestAsync, options.Value.PollInterval, time, logger);
    }

    public override async Task InitializeAsync(CancellationToken cancellationToken)
    {
        await base.InitializeAsync(cancellationToken).ConfigureAwait(false);
        poller.Start();
    }

    async ValueTask<Template?> ITemplateReader.FindTemplateAsync(string name, int version, CancellationToken cancellationToken) =>
        secrets.Reveal(await FindTemplateAsync(name, version, cancellationToken).ConfigureAwait(false));

    async ValueTask<Template?> ITemplateReader.FindLatestTemplateAsync(string name, CancellationToken cancellationToken) =>
        secrets.Reveal(await FindLatestTemplateAsync(name, cancellationToken).ConfigureAwait(false));

    async Task<Page<Template>> ITemplateReader.ListTemplatesAsync(PageRequest page, CancellationToken cancellationToken)
    {
        var hidden = await ListTemplatesAsync(page, cancellationToken).ConfigureAwait(false);
        return hidden with { Items = [.. hidden.Items.Select(template => secrets.Reveal(template)!)] };
    }

    async Task<IReadOnlyList<Template>> ITemplateReader.ListTemplateVersionsAsync(string name, CancellationToken cancellationToken) =>
        [.. (await ListTemplateVersionsAsync(name, cancellationToken).ConfigureAwait(false)).Select(template => secrets.Reveal(template)!)];

    async ValueTask<IdempotencyRecord?> IOperationReader.FindIdempotencyRecordAsync(string key, CancellationToken cancellationToken) =>
        secrets.Reveal(await FindIdempotencyRecordAsync(key, cancellationToken).ConfigureAwait(false));

    public override async ValueTask DisposeAsync()
    {
        await poller.StopAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            poller.StopAsync().GetAwaiter().GetResult();
        }

        base.Dispose(disposing);
    }
}
