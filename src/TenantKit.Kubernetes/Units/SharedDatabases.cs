using System.Net;
using k8s.Models;
using TenantKit.Diagnostics;
using TenantKit.Kubernetes.Api;
using TenantKit.Kubernetes.Manifests;
using TenantKit.Kubernetes.Watching;
using TenantKit.Orchestration;
using TenantKit.Tenants;

namespace TenantKit.Kubernetes.Units;

/// <summary>Makes and removes the schemas of tenants in the mode <c>Shared</c>, each by a job that runs once.</summary>
internal sealed class SharedDatabases(ApiClient api, Cluster cluster, IInstanceCredentials credentials, IIdSource ids, TimeProvider time, KubernetesOptions options)
{
    /// <summary>Noted on the record when the schema was made.</summary>
    public const string Made = "schema";

    /// <summary>Noted on the record before a schema is made for a unit that was there without one.</summary>
    public const string Begun = "schema-begun";

    private const string Error = "ERROR ";
    private const string BeforeTls = "error cannot be verified: ";

    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(SharedDatabaseManifests.Deadline + 10);

    /// <summary>The key of the tenant's account, the same as in the mode <c>Dedicated</c>.</summary>
    public byte[] KeyOf(string tenantId) => credentials.GetKey(tenantId, "database/app");

    /// <summary>Refuses a unit in the mode <c>Shared</c> when no server is configured.</summary>
    public void Require()
    {
        if (options.SharedDatabase.Host is null)
        {
            throw new OrchestratorException(
                StatusReasons.Rejected, $"The template has the database mode \"shared\", but {KubernetesOptions.SectionName}:SharedDatabase:Host is not set. Set it, or change the template.", isTransient: true);
        }
    }

    public Task GrantAsync(UnitContext context, bool mustExist, CancellationToken cancellationToken) =>
        RunAsync(context.Unit, "grant", TenantSchema.Grant(context.Unit, KeyOf(context.Unit.TenantId), mustExist, options), cancellationToken);

    /// <summary>Removes a unit's schema and account.</summary>
    /// <param name="context">The unit.</param>
    /// <param name="record">Its record; without one it is not known whether there is a schema.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    public async Task DropAsync(UnitContext context, UnitRecord? record, CancellationToken cancellationToken)
    {
        var mayExist = record is null ? options.SharedDatabase.Host is not null : record.HasMade(Made) || record.HasMade(Begun);
        if (!mayExist)
        {
            return;
        }

        Require();
        await RunAsync(context.Unit, "drop", TenantSchema.Drop(context.Unit, options), cancellationToken);
    }

    private async Task RunAsync(UnitRef unit, string verb, string statements, CancellationToken cancellationToken)
    {
        var (id, space) = (ids.NewId(), SharedDatabaseManifests.SpaceOf(options));
        try
        {
            var job = await QuotaPatience.RunAsync(() => api.CreateAsync(KubeApi.Jobs, space, SharedDatabaseManifests.Job(unit, verb, id, options), cancellationToken), areNew: false, api.Time, cancellationToken);
            await api.CreateAsync(KubeApi.Secrets, space, SharedDatabaseManifests.StatementsOf(unit, job, statements, options), cancellationToken);
            Check(unit, job.Metadata.Name, await EndAsync(unit, id, cancellationToken));
        }
        catch (ApiException exception) when (exception.Is(HttpStatusCode.NotFound))
        {
            throw Trouble($"The namespace '{space}' for the jobs of the shared database is not there. Make it (samples/deploy/shared-database has it), or set {KubernetesOptions.SectionName}:SharedDatabase:Namespace.", exception);
        }
    }

    /// <summary>The pod of a job when it has ended or cannot start; null when there is none.</summary>
    private async Task<PodState?> EndAsync(UnitRef unit, string id, CancellationToken cancellationToken)
    {
        var key = Marks.JobsOf(unit.TenantId);
        PodState? last = null;
        for (var since = time.GetTimestamp(); time.GetElapsedTime(since) < Patience;)
        {
            var changed = cluster.NextChangeOf(key);
            var now = cluster.Pods.Of(key).FirstOrDefault(pod => pod.InstanceId == id);
            if ((now is null && last is not null) || now is { State: RuntimeState.Exited } or { Reason: StatusReasons.ImageNotFound or StatusReasons.ImagePullFailed or StatusReasons.WaitingForReady })
            {
                return now ?? last;
            }

            last = now;
            try
            {
                await changed.WaitAsync(LookInterval, time, cancellationToken);
            }
            catch (TimeoutException)
            {
                await cluster.ReadJobsAsync(unit.TenantId, cancellationToken);
            }
        }

        return last;
    }

    /// <summary>Says what the end of a job means, and what to do about it.</summary>
    private void Check(UnitRef unit, string job, PodState? pod)
    {
        var (server, space) = ($"{options.SharedDatabase.Host}:{options.SharedDatabase.Port}", SharedDatabaseManifests.SpaceOf(options));
        var said = (pod?.Message?.Trim() ?? "").Replace(TenantSchema.Password(KeyOf(unit.TenantId)), "…", StringComparison.Ordinal);
        if (pod is { State: RuntimeState.Exited, ExitCode: 0 })
        {
            return;
        }

        if (pod is not { State: RuntimeState.Exited })
        {
            throw Trouble(pod?.Reason switch
            {
                StatusReasons.WaitingForReady => $"The job for the tenant's schema cannot start: {said.TrimEnd('.')}. The Secret '{options.SharedDatabase.AdminSecret}' in the namespace '{space}' must have 'username' and 'password' of an account of the server.",
                null or StatusReasons.None => $"The job for the tenant's schema did not end. Look at it: kubectl -n {space} describe job {job}",
                _ => $"The job for the tenant's schema cannot start: {said}",
            });
        }

        throw CodeOf(said) switch
        {
            1049 => new OrchestratorException(
                StatusReasons.DataLost,
                $"The schema '{TenantSchema.NameOf(unit.TenantId, options)}' on {server} is gone. It is not replaced by an empty one; restore it, or delete the tenant.", isTransient: true),
            1045 or 1130 or 1698 => Trouble($"The database server {server} refuses the account in the Secret '{options.SharedDatabase.AdminSecret}' of the namespace '{space}'. Correct its username and password. It says: {said}"),
            1044 or 1142 or 1227 or 1410 => Trouble($"The account in the Secret '{options.SharedDatabase.AdminSecret}' of the namespace '{space}' lacks a right on {server}. Give it CREATE USER, and ALL PRIVILEGES on `{options.SharedDatabase.NamePrefix}%`.* WITH GRANT OPTION. It says: {said}"),
            2002 or 2003 or 2005 or 2006 or 2013 => Trouble($"The database server {server} does not answer. Look whether it runs, and whether the network policies of '{space}' let the jobs through. It says: {said}"),
            2026 => Trouble($"The certificate of the database server {server} is not accepted. Put the certificates that it is to be checked against into the Secret '{options.SharedDatabase.AdminSecret}' of the namespace '{space}' as 'ca.crt'. It says: {said}"),
            _ => Trouble($"The job for the tenant's schema failed: {(said.Length > 0 ? said : $"exit code {pod.ExitCode}")}"),
        };
    }

    /// <summary>
    /// The number in <c>ERROR 1049 (42000) at line 1: …</c>. What the server says before TLS stands has a number of its own behind that of the client,
    /// who calls it a broken connection.
    /// </summary>
    private static int CodeOf(string said)
    {
        var at = said.IndexOf(BeforeTls, StringComparison.Ordinal) is >= 0 and var early ? early + BeforeTls.Length
            : said.IndexOf(Error, StringComparison.Ordinal) is >= 0 and var plain ? plain + Error.Length : -1;
        return at >= 0 && said[at..].Split([' ', ':'], 2) is [var number, ..] && int.TryParse(number, System.Globalization.CultureInfo.InvariantCulture, out var code) ? code : 0;
    }

    private static OrchestratorException Trouble(string message, Exception? inner = null) => new(StatusReasons.DatabaseUnavailable, message, isTransient: true, inner);
}
