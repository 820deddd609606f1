using System.Numerics;
using Microsoft.EntityFrameworkCore;
using TenantKit.Storage.EntityFrameworkCore.Model;
using TenantKit.Storage.EntityFrameworkCore.Sessions;
using TenantKit.Templates;
using TenantKit.Tenants;

namespace TenantKit.Storage.EntityFrameworkCore.Queries;

/// <summary>What the control loop and creations ask for by the hundred, each in one statement for many.</summary>
internal sealed class BatchedReads(SessionPool sessions, TimeProvider time, StoreTables tables, JoinedState joined)
{
    public BatchLoader<TenantState> States { get; } = new(sessions, time, (session, ids, stop) => ReadStatesAsync(session, joined, ids, stop));

    public BatchLoader<Tenant> TenantsByName { get; } = new(sessions, time, (session, names, stop) => ReadByNameAsync(session, tables, names, stop));

    public BatchLoader<Template> LatestTemplates { get; } = new(sessions, time, ReadLatestAsync);

    private static async Task<Dictionary<string, TenantState>> ReadStatesAsync(StoreSession session, JoinedState joined, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        var names = Names(ids);
        var command = session.Command(joined.Select(names.Length), null, created =>
        {
            foreach (var name in names)
            {
                var parameter = created.CreateParameter();
                parameter.ParameterName = name;
                created.Parameters.Add(parameter);
            }
        });
        for (var number = 0; number < names.Length; number++)
        {
            command.Parameters[number].Value = ids[Math.Min(number, ids.Count - 1)];
        }

        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            return await joined.ReadAsync(reader, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<Dictionary<string, Tenant>> ReadByNameAsync(StoreSession session, StoreTables tables, IReadOnlyList<string> wanted, CancellationToken cancellationToken)
    {
        var table = tables.Of(typeof(Tenant));
        var column = table.Columns[table.NameKeyIndex];
        var names = Names(wanted);
        var command = session.Command($"{table.SelectByName}({string.Join(", ", names)})", null, created =>
        {
            foreach (var name in names)
            {
                created.Parameters.Add(column.CreateParameter(created, name));
            }
        });
        for (var number = 0; number < names.Length; number++)
        {
            command.Parameters[number].Value = column.ToProvider(wanted[Math.Min(number, wanted.Count - 1)]);
        }

        var found = new Dictionary<string, Tenant>(StringComparer.Ordinal);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                var tenant = tables.ReadTenant(reader);
                if (tenant.Desired != DesiredState.Deleted)
                {
                    found[NameKey.Of(tenant)!] = tenant;
                }
            }
        }

        return found;
    }

    // There are few names of templates, mostly one: what counts is that those who ask together share it.
    private static async Task<Dictionary<string, Template>> ReadLatestAsync(StoreSession session, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, Template>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            if (await HotQueries.LatestTemplate(session.Context, name, cancellationToken).ConfigureAwait(false) is { } template)
            {
                found[name] = template;
            }
        }

        return found;
    }

    /// <summary>The parameters for so many keys. Few lengths, so that there are few statements: the last key fills up what is left.</summary>
    private static string[] Names(IReadOnlyList<string> keys) =>
        [.. Enumerable.Range(0, (int)BitOperations.RoundUpToPowerOf2((uint)keys.Count)).Select(static number => $"@t{number}")];
}
