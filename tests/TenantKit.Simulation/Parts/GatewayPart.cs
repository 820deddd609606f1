using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using System.Diagnostics.Metrics;
using TenantKit.Control;
using TenantKit.Diagnostics;
using TenantKit.Gateway;
using TenantKit.Gateway.Access;
using TenantKit.Gateway.Activation;
using TenantKit.Gateway.Activity;
using TenantKit.Gateway.Edge;
using TenantKit.Gateway.Fairness;
using TenantKit.Gateway.Forwarding;
using TenantKit.Gateway.Health;
using TenantKit.Gateway.Resolution;
using TenantKit.Gateway.Routing;
using TenantKit.Routing;
using TenantKit.Simulation.Faults;
using TenantKit.Simulation.Invariants;
using TenantKit.Simulation.Workload;
using TenantKit.Testing.Virtual;
using Yarp.ReverseProxy.Forwarder;

namespace TenantKit.Simulation.Parts;

/// <summary>A gateway: the product's own routing, access, activation, balancing and dispatching on a node, started anew after each crash.</summary>
internal sealed class GatewayPart
{
    private static readonly IConfiguration Configuration = new ConfigurationBuilder().Build();
    private readonly Cluster cluster;
    private readonly SeededRandom random;
    private readonly Dictionary<string, DateTimeOffset> forwarded = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> applied = new(StringComparer.Ordinal);
    private readonly SortedDictionary<long, SimulatedRequest> open = [];
    private readonly HashSet<string> everKnown = new(StringComparer.Ordinal);
    private ServiceProvider? services;
    private ControlLink? control;
    private GatewayPipeline? pipeline;

    public GatewayPart(Cluster cluster, int number)
    {
        this.cluster = cluster;
        Name = "gateway" + number;
        random = new SeededRandom(cluster.SeedOf(Name));
        Node = cluster.World.CreateNode(Name);
        Node.Crash();
    }

    public string Name { get; }

    /// <summary>What this life of it calls itself.</summary>
    public string Id => $"{Name}-{Life}";

    public VirtualNode Node { get; private set; }

    public int Life { get; private set; }

    public IRouteRegistry Registry { get; private set; } = null!;

    public FleetTable Fleets { get; private set; } = null!;

    /// <summary>True once this life of it was given the whole table.</summary>
    public bool HasList { get; set; }

    /// <summary>Requests that it has and has not answered.</summary>
    public IReadOnlyCollection<SimulatedRequest> Open => open.Values;

    /// <summary>True while every replica that lives counts on this gateway's reports: nothing may be stopped behind its back.</summary>
    public bool IsInTouch => Node is { IsAlive: true, IsFrozen: false } && cluster.Replicas.Where(static replica => replica.Node.IsAlive).All(replica => replica.KnowsOf(Id));

    /// <summary>When it last forwarded a request of a tenant, on its own clock.</summary>
    public DateTimeOffset? LastForward(string tenantId) => forwarded.TryGetValue(tenantId, out var at) ? at : null;

    /// <summary>True while it may send the instance requests.</summary>
    public bool Routes(string tenantId, string instanceId) =>
        Registry.TryGetById(tenantId, out var route) && route.State == RouteState.Active
        && route.Instances.Any(instance => instance.InstanceId == instanceId && !instance.Draining);

    public void Start()
    {
        if (Node.IsAlive)
        {
            return;
        }

        Life++;
        HasList = false;
        forwarded.Clear();
        applied.Clear();
        everKnown.Clear();
        open.Clear();
        var clock = cluster.Faults;
        var rate = clock.IsOn(FaultKind.ClockDrift) && !clock.Healed ? 0.95 + (0.1 * clock.LotsOf(FaultKind.ClockDrift).NextDouble()) : 1;
        Node = cluster.World.CreateNode(Name, rate);
        if (clock.IsOn(FaultKind.ClockSkew) && !clock.Healed)
        {
            Node.Skew = clock.LotsOf(FaultKind.ClockSkew).Between(TimeSpan.FromMinutes(-10), TimeSpan.FromMinutes(10));
        }

        cluster.Note($"{Name} starts, life {Life}");
        control = new ControlLink(cluster, this, Node, random.Split());
        services = Build(Node);
        Registry = services.GetRequiredService<IRouteRegistry>();
        Fleets = services.GetRequiredService<FleetTable>();
        pipeline = services.GetRequiredService<GatewayPipeline>();
        Registry.Changed += OnRoute;
        var hosted = services.GetServices<IHostedService>().ToList();
        _ = hosted.OfType<RouteReactions>().Single().StartAsync(CancellationToken.None);
        Node.Post(() => _ = hosted.OfType<RouteFollower>().Single().RunAsync(CancellationToken.None));
        Node.Post(() => _ = hosted.OfType<ActivityReporter>().Single().RunAsync(CancellationToken.None));
    }

    public void Crash()
    {
        cluster.Note($"{Name} crashes");
        Node.Crash();
        open.Clear();
        End();
    }

    public void End() => (services?.GetService<IMeterFactory>() as IDisposable)?.Dispose();

    /// <summary>A request arrives; what it returns is the answer.</summary>
    public async Task<int> HandleAsync(SimulatedRequest request, CancellationToken aborted)
    {
        request.AdmittedAt = cluster.World.Elapsed;
        request.GatewayLife = Life;
        open[request.Number] = request;
        var context = new DefaultHttpContext();
        Exchange exchange = null!;
        using var connection = new Connection(Node, aborted, () => MayCut(request, exchange.Route?.TenantId ?? request.TenantId));
        context.Features.Set<IHttpRequestLifetimeFeature>(connection);
        context.Items[Forwarder.RequestKey] = request;
        var looksWriting = request.Writes && !cluster.Mutant.RepeatsWrites;
        context.Request.Method = looksWriting ? "POST" : "GET";
        context.Request.Path = "/orders";
        context.Features.Set<IHttpRequestBodyDetectionFeature>(new Body(looksWriting));
        RequestTarget.TryParse("/orders", out var target);
        var caller = request.PrincipalId.Length == 0 ? null : new Caller(
            request.PrincipalId,
            request.PrincipalId,
            request.IsAdministrator || cluster.Mutant.LetsEverybodyIn ? "administrator" : "user",
            request.IsAdministrator ? null : request.PrincipalId["user-of-".Length..],
            DateTimeOffset.MaxValue);
        exchange = new Exchange(context, target) { Caller = caller };
        GatewayProblem? problem;
        try
        {
            problem = await pipeline!.AdmitAsync(exchange, new Authentication(caller, caller is not null, ByCookie: false), TenantReference.ByName(request.TenantName));
        }
        catch (OperationCanceledException) when (connection.IsCut)
        {
            problem = null;
        }

        open.Remove(request.Number);
        if (connection.IsCut)
        {
            return CutOff(request);
        }

        var status = problem?.Status ?? context.Response.StatusCode;
        Judge(request, exchange.Route?.TenantId, problem, status);
        return status;
    }

    /// <summary>The client is gone; there is nobody to answer.</summary>
    public void GaveUp(SimulatedRequest request) => open.Remove(request.Number);

    /// <summary>Brings an instance's registration to the control plane.</summary>
    public Task<RegistrationAnswer> RegisterAsync(VirtualNode from, InstanceRegistration registration)
    {
        var link = control!;
        return Node.IsAlive
            ? cluster.Network.CallAsync(
                from, Node, () => link.RegisterInstanceAsync(registration, CancellationToken.None), static () => new IOException("No answer."), TimeSpan.FromSeconds(5), CancellationToken.None)
            : throw new IOException("Nobody listens.");
    }

    public void Forwarded(string tenantId) => forwarded[tenantId] = Node.GetUtcNow();

    public void Woke(WakeRequest request)
    {
        var state = cluster.Store.Find(request.TenantId);
        cluster.Note($"{Name} asks to wake {request.TenantId} for {request.PrincipalId}");
        cluster.Check(
            request.PrincipalId == "admin" || request.PrincipalId == "user-of-" + request.TenantId,
            Rules.WhoWakes,
            $"{Name} wakes {request.TenantId} ({state?.Tenant.Name}) for {request.PrincipalId}");
        cluster.Check(open.Values.Any(waiting => waiting.TenantName == state?.Tenant.Name), Rules.SingleFlight, $"{Name} wakes {request.TenantId}, for which nobody waits");
    }

    /// <summary>Judged at the moment itself: a little later the tenant may be unlocked again. What counts is the tenant it was admitted to, which may have had that name before.</summary>
    private void MayCut(SimulatedRequest request, string tenantId)
    {
        cluster.Note($"{Name} cuts {request} off");
        cluster.Check(
            !Registry.TryGetById(tenantId, out var route) || route.State is RouteState.Suspended or RouteState.Gone || (request.ServedBy is { } other && other != tenantId),
            Rules.CutOff,
            $"{Name} cuts {request} off, though its tenant {tenantId} is {route?.State}");
    }

    /// <summary>The connection was ended by the gateway: there is no answer.</summary>
    private static int CutOff(SimulatedRequest request) => request.Status = 499;

    private void OnRoute(Route route)
    {
        cluster.Check(
            route.Revision >= applied.GetValueOrDefault(route.TenantId), Rules.Feed, $"{Name} applies revision {route.Revision} of {route.TenantId} after {applied.GetValueOrDefault(route.TenantId)}");
        applied[route.TenantId] = route.Revision;
        everKnown.Add(route.TenantId);
        cluster.Note($"{Name} applies {route.TenantName} {route.State} @{route.Revision} {string.Join(' ', route.Instances.Select(static each => each.InstanceId + (each.Draining ? "-draining" : string.Empty)))}");
    }

    private void Judge(SimulatedRequest request, string? entered, GatewayProblem? problem, int status)
    {
        cluster.Note($"{Name} answers {request} with {status} {problem?.Code}");
        cluster.Check(request.Status == 0, Rules.Answered, $"{request} was answered with {request.Status} and with {status}");
        request.Status = status;
        cluster.Check(status != 503 || problem?.RetryAfterSeconds is > 0 || problem?.Code == "tenant_stopped", Rules.Retryable, $"{request} got 503 {problem?.Code} without Retry-After");
        cluster.Check(
            status is 200 or 500 or 401 or 403 or 404 or 429 or 502 or 503 or 504 || request.GaveUp, Rules.Retryable, $"{request} got {status} {problem?.Code}");
        cluster.Check(
            problem is null || status != 502 || request.Sent > 0 || request.GaveUp,
            Rules.Retryable,
            $"{request} got {status} {problem?.Code}, though nothing was ever sent to an app");
        var isOwn = request.IsAdministrator || request.PrincipalId == "user-of-" + request.TenantId;
        cluster.Check(status is not (200 or 500) || isOwn, Rules.WhoWakes, $"{request} of a stranger was answered with {status}");
        cluster.Check(
            status != 404 || HasList,
            Rules.LastGood,
            $"{request} got 404 at {Name}, which has not been told of any tenant yet");
        cluster.Check(
            status != 404 || (entered ?? request.TenantId) != request.TenantId || !everKnown.Contains(request.TenantId) || cluster.Store.Rules.DeletedAt(request.TenantId) is not null,
            Rules.LastGood,
            $"{request} got 404 at {Name}, which knew the tenant, and the tenant lives");
    }

    private ServiceProvider Build(VirtualNode node)
    {
        var collection = new ServiceCollection();
        collection.AddSingleton(Configuration);
        collection.AddSingleton(typeof(ILogger<>), typeof(NullLogger<>));
        collection.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        collection.AddSingleton<TimeProvider>(node);
        collection.AddSingleton<IRandomSource>(random.Split());
        collection.AddSingleton<IIdSource>(new SequentialIds("g"));
        collection.AddSingleton<IControlClient>(control!);
        collection.AddSingleton<IRouteFeed>(new FeedLink(cluster, this, node, random.Split()));
        collection.AddSingleton<IInstanceProbe>(new Probe(cluster, node));
        collection.AddSingleton(new CrowdWatch(node, new BulkLane(1, worker => node.Post(worker.Execute))));
        collection.AddSingleton<IHttpForwarder>(new Forwarder(cluster, this, node, random.Split()));
        collection.AddSingleton<ICallerIdentity, NoIdentity>();
        collection.AddSingleton(Options.Create(new TenantGatewayOptions { GatewayId = Id, ReportInterval = TimeSpan.FromSeconds(1) }));
        cluster.Mutant.ReplaceInGateway(collection);
        collection.AddTenantGateway();
        return collection.BuildServiceProvider();
    }

    private sealed class Connection(VirtualNode node, CancellationToken client, Action cut) : IHttpRequestLifetimeFeature, IDisposable
    {
        private readonly CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(client);
        private bool isOver;

        public bool IsCut { get; private set; }

        public CancellationToken RequestAborted { get => ended.Token; set => throw new NotSupportedException(); }

        // As a server does it: whoever waits is told a little later, unless the request has ended by then.
        public void Abort()
        {
            cut();
            IsCut = true;
            node.Post(() =>
            {
                if (!isOver)
                {
                    ended.Cancel();
                }
            });
        }

        public void Dispose()
        {
            isOver = true;
            ended.Dispose();
        }
    }

    private sealed record Body(bool CanHaveBody) : IHttpRequestBodyDetectionFeature;

    private sealed class NoIdentity : ICallerIdentity
    {
        public string Sign(Caller caller, Route route) => string.Empty;
    }
}
