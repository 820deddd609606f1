using System.Diagnostics;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using TenantKit.Diagnostics;
using TenantKit.Kubernetes;
using TenantKit.Kubernetes.Api;
using TenantKit.Kubernetes.Manifests;
using TenantKit.Kubernetes.Tests.Emulator;
using TenantKit.Kubernetes.Watching;
using TenantKit.Orchestration;
using TenantKit.Tenants;

namespace TenantKit.Benchmarks.Reports;

/// <summary>
/// What tenants cost on Kubernetes: the rate of creating 1,000 against the rate of the same requests sent bare, both to an emulated API server in
/// this process; the requests of each step; and the memory of the watches per tenant.
/// </summary>
internal static class KubernetesReport
{
    private const int Tenants = 1_000;
    private const int Concurrency = 16;
    private const int Watched = 10_000;

    public static async Task RunAsync()
    {
        _ = await BareAsync(100);
        _ = await EnsureAsync(100);
        var bare = new List<double>();
        var ours = new List<double>();
        for (var round = 0; round < 3; round++)
        {
            bare.Add(await BareAsync(Tenants));
            ours.Add((await EnsureAsync(Tenants)).PerSecond);
        }

        var counted = await EnsureAsync(Tenants);
        Console.WriteLine("| | |\n|---|---:|");
        Console.WriteLine($"| tenants created per second, the same requests sent bare (median of 3) | {bare.Order().ElementAt(1):F0} |");
        Console.WriteLine($"| tenants created per second by the orchestrator (median of 3) | {ours.Order().ElementAt(1):F0} |");
        Console.WriteLine($"| ratio | {ours.Order().ElementAt(1) / bare.Order().ElementAt(1):F2} |");
        Console.WriteLine($"| requests per tenant created | {counted.PerTenant:F2} |");
        Console.WriteLine($"| requests per tenant woken | {counted.PerWake:F2} |");
        Console.WriteLine($"| requests of {Tenants:N0} tenants at rest, each looked at and ensured once | {counted.AtRest} |");
        Console.WriteLine($"| bytes in the watches per tenant, at {Watched:N0} | {Memory()} |");
    }

    private static UnitSpec Spec(string id) => new()
    {
        Unit = new UnitRef(id, "user-" + id), TenantName = "tenant", Generation = 1, RestartEpoch = 1, Replicas = 1,
        Image = "registry.example/app@sha256:" + new string('a', 64), Resources = ResourceLimits.Default,
    };

    private static string IdOf(int number) => $"01bench{number:d19}";

    private static async Task<double> BareAsync(int tenants)
    {
        await using var cluster = await EmulatedCluster.StartAsync(Quick);
        var options = new KubernetesOptions();
        var requests = Enumerable.Range(0, tenants).Select(number => Requests(Spec(IdOf(number)), options)).ToList();
        using var http = new HttpClient { BaseAddress = new Uri(cluster.Address) };
        var watch = Stopwatch.StartNew();
        await Parallel.ForEachAsync(requests, new ParallelOptions { MaxDegreeOfParallelism = Concurrency }, async (all, cancellationToken) =>
        {
            foreach (var (method, path, type, body) in all)
            {
                using var request = new HttpRequestMessage(method, path) { Content = new ByteArrayContent(body) };
                request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
                using var response = await http.SendAsync(request, cancellationToken);
                await response.Content.ReadAsByteArrayAsync(cancellationToken);
            }
        });
        return tenants / watch.Elapsed.TotalSeconds;
    }

    private static readonly Dictionary<string, string?> NoMarks = [];

    /// <summary>What the orchestrator sends for a new tenant, in that order.</summary>
    private static List<(HttpMethod Method, string Path, string Type, byte[] Body)> Requests(UnitSpec spec, KubernetesOptions options)
    {
        var space = Names.Of(spec.Unit, options).Namespace;
        var pod = PodManifest.Instance(spec, "01bench", options);
        List<(HttpMethod, string, string, byte[])> list = [Create(KubeApi.Namespaces, null, NamespaceManifest.Of(spec.Unit, options))];
        list.Add(Apply(KubeApi.ResourceQuotas, space, QuotaManifests.Quota(spec, options)));
        list.Add(Apply(KubeApi.LimitRanges, space, QuotaManifests.Limits(spec, options)));
        list.AddRange(NetworkManifests.Of(spec, options).Select(policy => Apply(KubeApi.NetworkPolicies, space, policy)));
        list.Add(Create(KubeApi.VolumeClaims, space, VolumeManifest.Claim(spec, options)));
        list.Add(Create(KubeApi.ServiceAccounts, space, RecordManifest.Of(spec.Unit, 0, NoMarks, options)));
        list.Add(Create(KubeApi.Pods, space, pod));
        pod.Metadata.Uid = "0";
        list.Add(Create(KubeApi.Secrets, space, PodManifest.Key(spec, pod, new byte[32], options)));
        return list;

        static (HttpMethod, string, string, byte[]) Create(ApiResource resource, string? space, object body) =>
            (HttpMethod.Post, resource.Path(space, null), "application/json", Encoding.UTF8.GetBytes(KubernetesJson.Serialize(body)));

        static (HttpMethod, string, string, byte[]) Apply(ApiResource resource, string space, IKubernetesObject<V1ObjectMeta> body) =>
            (HttpMethod.Patch, resource.Path(space, body.Metadata.Name) + "?fieldManager=bare", "application/apply-patch+yaml", Encoding.UTF8.GetBytes(KubernetesJson.Serialize(body)));
    }

    private static async Task<(double PerSecond, double PerTenant, double PerWake, int AtRest)> EnsureAsync(int tenants)
    {
        await using var cluster = await EmulatedCluster.StartAsync(Quick);
        await using var orchestrator = new KubernetesOrchestrator(
            new ClusterConnection(new KubernetesClientConfiguration { Host = cluster.Address }), Microsoft.Extensions.Options.Options.Create(new KubernetesOptions()),
            new Credentials(), new Ids(), new SystemRandom(), TimeProvider.System, NullLogger<KubernetesOrchestrator>.Instance);
        await orchestrator.ObserveAsync(new UnitRef("none", "none"), CancellationToken.None);
        cluster.Audit.Clear();
        var watch = Stopwatch.StartNew();
        await EachAsync(tenants, spec => orchestrator.EnsureAsync(spec, CancellationToken.None));
        var perSecond = tenants / watch.Elapsed.TotalSeconds;
        var created = cluster.Audit.Count(static line => !line.IsWatch);

        cluster.Audit.Clear();
        await EachAsync(tenants, spec => orchestrator.EnsureAsync(spec, CancellationToken.None));
        await EachAsync(tenants, spec => orchestrator.ObserveAsync(spec.Unit, CancellationToken.None));
        var atRest = cluster.Audit.Count(static line => !line.IsWatch);

        var few = Math.Min(tenants, 50);
        await EachAsync(few, spec => orchestrator.SleepAsync(spec.Unit, TimeSpan.FromSeconds(1), 0, CancellationToken.None));
        cluster.Audit.Clear();
        await EachAsync(few, spec => orchestrator.EnsureAsync(spec, CancellationToken.None));
        return (perSecond, (double)created / tenants, (double)cluster.Audit.Count(static line => !line.IsWatch) / few, atRest);
    }

    private static Task EachAsync(int tenants, Func<UnitSpec, Task> call) => Parallel.ForEachAsync(
        Enumerable.Range(0, tenants), new ParallelOptions { MaxDegreeOfParallelism = Concurrency }, async (number, _) => await call(Spec(IdOf(number))));

    private static long Memory()
    {
        var pods = new ObjectTable<PodState>(static _ => { });
        var records = new ObjectTable<UnitRecord>(static _ => { });
        var options = new KubernetesOptions();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < Watched; i++)
        {
            var spec = Spec(IdOf(i));
            // Through JSON, as the watch brings them: nothing of the manifests is shared.
            var pod = PodManifest.Instance(spec, $"01bench{i:d19}", options);
            (pod.Metadata.Uid, pod.Metadata.ResourceVersion) = (Guid.NewGuid().ToString(), "1000");
            pod.Status = new V1PodStatus { Phase = "Running", PodIP = "10.1.2.3", ContainerStatuses = [new V1ContainerStatus { Name = "app", State = new V1ContainerState { Running = new V1ContainerStateRunning { StartedAt = DateTime.UnixEpoch } } }] };
            pods.Put(PodReader.Read(KubernetesJson.Deserialize<V1Pod>(KubernetesJson.Serialize(pod)))!);
            var record = RecordManifest.Of(spec.Unit, 1, NoMarks, options);
            (record.Metadata.Uid, record.Metadata.ResourceVersion) = (Guid.NewGuid().ToString(), "1000");
            records.Put(UnitRecord.Read(KubernetesJson.Deserialize<V1ObjectMeta>(KubernetesJson.Serialize(record.Metadata)))!);
        }

        var bytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / Watched;
        GC.KeepAlive(pods);
        GC.KeepAlive(records);
        return bytes;
    }

    private static void Quick(EmulatorOptions options)
    {
        options.ControllerDelay = TimeSpan.FromMilliseconds(1);
        options.StartDelay = TimeSpan.FromMilliseconds(1);
    }

    private sealed class Credentials : IInstanceCredentials
    {
        public byte[] GetKey(string tenantId, string instanceId) => SHA256.HashData(Encoding.UTF8.GetBytes(tenantId + instanceId));
    }

    private sealed class Ids : IIdSource
    {
        private long last = DateTime.UtcNow.Ticks;

        public string NewId() => $"01{Interlocked.Increment(ref last):x16}".PadRight(26, '0');
    }

    private sealed class SystemRandom : IRandomSource
    {
        public int Next(int exclusiveMax) => Random.Shared.Next(exclusiveMax);

        public double NextDouble() => Random.Shared.NextDouble();
    }
}
