using System.Net;
using TenantKit.Gateway.Forwarding;
using TenantKit.Gateway.LoadBalancing;
using TenantKit.Routing;
using TenantKit.Templates;

namespace TenantKit.Gateway.Health;

/// <summary>The mutable side of one instance at one endpoint. A changed endpoint or protocol is a new slot, which has proven nothing yet.</summary>
internal sealed class InstanceSlot(TenantFleet fleet, RouteInstance instance, IPEndPoint endpoint, ProbeSettings settings) : ILoadBalancingCandidate
{
    private readonly AsyncSignal kick = new();
    private RouteInstance instance = instance;
    private AnswerCounts answers;
    private int inFlight;
    private int failures;
    private long suspectedAt;
    private volatile bool unanswered;

    /// <summary>The fleet that it belongs to, or did.</summary>
    public TenantFleet Fleet { get; } = fleet;

    public string TenantId => Fleet.TenantId;

    public string InstanceId { get; } = instance.InstanceId;

    /// <summary>What it speaks.</summary>
    public AppProtocol Protocol { get; } = instance.Protocol;

    public DateTimeOffset? StartedAt => instance.StartedAt;

    public IPEndPoint Endpoint { get; } = endpoint;

    /// <summary>Its share relative to the others.</summary>
    public int Weight { get; set; } = 1;

    /// <summary>What an affinity cookie says for it; made when first needed.</summary>
    public string? AffinityTag { get; set; }

    /// <summary>How it is probed; from the route that brought it.</summary>
    public ProbeSettings Settings { get; } = settings;

    /// <summary>Checks each new connection; set when its probes begin.</summary>
    public ConnectionProof? Proof { get; set; }

    /// <summary>What the forwarder sends to: an authority that is the instance's id, so that its connections are nobody else's.</summary>
    public string DestinationPrefix { get; } = $"http://{instance.InstanceId}";

    /// <summary>Its addresses.</summary>
    public TargetCache Targets { get; } = new($"http://{instance.InstanceId}");

    /// <summary>What the route says now; replaced whole.</summary>
    public RouteInstance Instance
    {
        get => Volatile.Read(ref instance);
        set => Volatile.Write(ref instance, value);
    }

    /// <summary>Cancelled when it has left its route.</summary>
    public CancellationTokenSource Life { get; } = new();

    /// <summary>True while the gateway's own probe of exactly this endpoint stands. Written by the fleet only.</summary>
    public bool Ready { get; set; }

    /// <summary>When it last became ready, as a timestamp of the clock.</summary>
    public long ReadyAt { get; set; }

    /// <summary>True once a probe has passed.</summary>
    public bool WasReady { get; set; }

    /// <summary>True while it answers its probes as itself, well or not.</summary>
    public bool Reached { get; set; }

    /// <summary>True while its last probe got no answer from it, whatever its requests did.</summary>
    public bool Unanswered { get => unanswered; set => unanswered = value; }

    /// <summary>What the last failed probe found; null after one that passed.</summary>
    public string? ProbeProblem { get; set; }

    /// <summary>Whether its requests showed that it should be left out.</summary>
    public Ejection Ejection { get; } = new();

    /// <summary>How it answered lately.</summary>
    public ref AnswerCounts Answers => ref answers;

    public int InFlight => Volatile.Read(ref inFlight);

    public bool Draining => Instance.Draining || Instance.Claim == Tenants.InstanceClaim.Draining;

    /// <summary>True when it takes requests in ordinary times.</summary>
    public bool Healthy => Ready && !Ejection.IsOut && !Draining;

    /// <summary>True when it takes requests while most of its tenant's instances seem to be bad: it was proven once and is there.</summary>
    public bool TakesRequestsInPanic => WasReady && !Draining && (Ready || Reached);

    public void Enter() => Interlocked.Increment(ref inFlight);

    public void Leave() => Interlocked.Decrement(ref inFlight);

    public int CountFailure() => Interlocked.Increment(ref failures);

    public void CountSuccess()
    {
        if (Volatile.Read(ref failures) != 0)
        {
            Volatile.Write(ref failures, 0);
        }
    }

    /// <summary>Asks for a probe now instead of at its time.</summary>
    public void Kick() => kick.Set();

    /// <summary>A request waits for its answer unusually long: asks for a probe now, once a second at most however many wait.</summary>
    public void Suspect(TimeProvider time)
    {
        var (now, last) = (time.GetTimestamp(), Volatile.Read(ref suspectedAt));
        if ((last == 0 || time.GetElapsedTime(last, now) >= TimeSpan.FromSeconds(1)) && Interlocked.CompareExchange(ref suspectedAt, now, last) == last)
        {
            Kick();
        }
    }

    /// <summary>Waits for a kick. The end of its life is one.</summary>
    public Task WaitAsync() => kick.WaitAsync();

    /// <summary>Ends its probes.</summary>
    public void End()
    {
        Life.Cancel();
        Kick();
    }
}
