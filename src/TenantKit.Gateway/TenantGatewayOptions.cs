using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using TenantKit.Gateway.LoadBalancing;
using TenantKit.Gateway.Pages;
using TenantKit.Gateway.Tls;

namespace TenantKit.Gateway;

/// <summary>Settings of a gateway; configuration section <c>TenantKit:Gateway</c>.</summary>
public sealed class TenantGatewayOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "TenantKit:Gateway";

    /// <summary>Address the gateway listens on for everybody. Port 0 takes a free one.</summary>
    /// <value>The default is <c>http://127.0.0.1:5081</c>.</value>
    [Required]
    public string Url { get; set; } = "http://127.0.0.1:5081";

    /// <summary>
    /// Address the gateway listens on for everybody who speaks HTTP/2 without TLS from the first byte ("prior knowledge"), such as gRPC clients in a
    /// cluster or a load balancer that ends TLS. <see cref="Url"/> needs none: with <c>https</c> the version is agreed upon. Only <c>http</c>.
    /// </summary>
    /// <value>The default is null: no such listener.</value>
    public string? Http2Url { get; set; }

    /// <summary>Address the gateway listens on for instances and probes: registration, identity keys, health. Never a public one.</summary>
    /// <value>The default is <c>http://127.0.0.1:5082</c>.</value>
    [Required]
    public string InternalUrl { get; set; } = "http://127.0.0.1:5082";

    /// <summary>Domain whose first label names a tenant: <c>acme.localhost</c>.</summary>
    /// <value>The default is <c>localhost</c>.</value>
    [Required]
    public string BaseDomain { get; set; } = "localhost";

    /// <summary>More host names of the gateway itself, beside <see cref="BaseDomain"/>, the host of <see cref="Url"/> and the address a connection came in on.</summary>
    /// <value>The default is empty.</value>
    public IList<string> Hosts { get; } = [];

    /// <summary>Domains of tenants' own: the domain, and the tenant's name. Changes of the configuration count without a restart.</summary>
    /// <value>The default is empty.</value>
    public IDictionary<string, string> Domains { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Addresses, or networks such as <c>10.1.0.0/16</c>, of the proxies in front of this gateway. What they say in <c>X-Forwarded-For</c> and
    /// <c>X-Forwarded-Proto</c> counts as the client's address and scheme; from anybody else these headers are removed. A proxy in the list must
    /// add to or replace what its clients send, and pass the Host on.
    /// </summary>
    /// <value>The default is empty: nobody is trusted.</value>
    public IList<string> TrustedProxies { get; } = [];

    /// <summary>
    /// The name of a header in which one of <see cref="TrustedProxies"/> names the tenant, by its name. It counts at the gateway's own host where the path names
    /// none. From anybody else it is removed, and no app gets it. The proxy must replace what its clients send under this name: with two
    /// values a request is refused (400 <c>ambiguous_tenant</c>).
    /// </summary>
    /// <value>The default is null: no header names a tenant.</value>
    public string? TenantHeader { get; set; }

    /// <summary>Certificates and what else concerns TLS.</summary>
    /// <value>The default is none: with an https <see cref="Url"/> the web server's own certificate counts.</value>
    [ValidateObjectMembers]
    public GatewayTlsOptions Tls { get; } = new();

    /// <summary>How the gateway's own pages look.</summary>
    /// <value>The default is the built-in look, in English.</value>
    [ValidateObjectMembers]
    public GatewayPagesOptions Pages { get; } = new();

    /// <summary>
    /// Least time that programs are told to wait before they ask again for a tenant that starts (<c>Retry-After</c>). Each is told a time of its own
    /// between this and three times as much, so that those who were refused together do not come back together.
    /// </summary>
    /// <value>The default is 5 seconds; 1 second to 10 minutes.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Name of this gateway in its reports; unique among the gateways of an installation.</summary>
    /// <value>The default is null: a new id at each start.</value>
    public string? GatewayId { get; set; }

    /// <summary>
    /// Folder of the key that signs the caller identity (<c>gateway-identity.key</c>, readable by its owner only). Gateways that share tenants share it.
    /// With a control plane on another host it must be there, a copy of that one's; otherwise it is made when it is missing.
    /// </summary>
    /// <value>The default is null: a key of this process only, made anew at each start.</value>
    public string? KeyDirectory { get; set; }

    /// <summary>
    /// Folder of the snapshot of the table of routes (<c>routes.snapshot</c>, mode 0600, encrypted with a key made of <see cref="KeyDirectory"/>'s): with
    /// it a gateway that starts while the control plane is away serves the tenants it knew. Needs <see cref="KeyDirectory"/>.
    /// </summary>
    /// <value>The default is null: no snapshot.</value>
    public string? SnapshotDirectory { get; set; }

    /// <summary>Least time between two snapshots. One is written after changes and at the stop, and takes a fiftieth of a core's time at most.</summary>
    /// <value>The default is 5 seconds; 100 milliseconds to 1 hour.</value>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan SnapshotInterval { get; set; } = TimeSpan.FromSeconds(5);

    internal const string KeySetting = SectionName + ":" + nameof(KeyDirectory);

    /// <summary>True when the key comes from another host.</summary>
    internal bool KeyIsShared { get; set; }

    /// <summary>Load-balancing policy of routes that name none, with its settings, as <see cref="TenantKit.Routing.LoadBalancingSettings"/> reads them.</summary>
    /// <value>The default is <see cref="LoadBalancingPolicies.PowerOfTwoChoices"/>.</value>
    [Required]
    public string LoadBalancing { get; set; } = LoadBalancingPolicies.PowerOfTwoChoices;

    /// <summary>How long an instance that has just become ready gets less than its share, unless the route says otherwise. It begins with a tenth of a share.</summary>
    /// <value>The default is 10 seconds; zero gives it its share at once.</value>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan SlowStart { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest time a request is held for its tenant to become ready.</summary>
    /// <value>The default is 60 seconds; up to one hour.</value>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan HoldTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Most requests that wait for one tenant.</summary>
    /// <value>The default is 100; 1 to 100,000.</value>
    [Range(1, 100_000)]
    public int MaxWaitingPerTenant { get; set; } = 100;

    /// <summary>Most bytes of request bodies that wait for one tenant. A request counts what of its body may be buffered: its length, at most <see cref="RequestBufferBytes"/>.</summary>
    /// <value>The default is 8 MiB.</value>
    [Range(1, long.MaxValue)]
    public long MaxWaitingBytesPerTenant { get; set; } = 8L << 20;

    /// <summary>Most requests that wait in this gateway.</summary>
    /// <value>The default is 10,000; 1 to 1,000,000.</value>
    [Range(1, 1_000_000)]
    public int MaxWaiting { get; set; } = 10_000;

    /// <summary>Most bytes of request bodies that wait in this gateway.</summary>
    /// <value>The default is 256 MiB.</value>
    [Range(1, long.MaxValue)]
    public long MaxWaitingBytes { get; set; } = 256L << 20;

    /// <summary>Most requests and streams of one tenant in flight in this gateway, those that wait included; further ones get 503 <c>tenant_overloaded</c>, beyond a hundred a second after up to a second.</summary>
    /// <value>The default is 1,000, a tenth of the connections that the gateway takes; 1 to 1,000,000.</value>
    [Range(1, 1_000_000)]
    public int MaxRequestsPerTenant { get; set; } = 1_000;

    /// <summary>Requests a second of one tenant in this gateway; faster ones get 429 <c>too_many_requests</c>.</summary>
    /// <value>The default is 0: no limit. Up to 1,000,000.</value>
    [Range(0.0, 1_000_000)]
    public double RequestRatePerTenant { get; set; }

    /// <summary>Requests of one tenant that may come at once beyond <see cref="RequestRatePerTenant"/>.</summary>
    /// <value>The default is 100; 1 to 1,000,000.</value>
    [Range(1, 1_000_000)]
    public int RequestBurstPerTenant { get; set; } = 100;

    /// <summary>Most bytes of a request's body that are read ahead of the app. While a request waits, the rest stays with the client.</summary>
    /// <value>The default is 256 KiB; 16 KiB to 16 MiB.</value>
    [Range(16 << 10, 16 << 20)]
    public int RequestBufferBytes { get; set; } = 256 << 10;

    /// <summary>Largest request body, in bytes; longer ones get 413. All messages of a client in one gRPC stream together are one body.</summary>
    /// <value>The default is 8 GiB.</value>
    [Range(0, long.MaxValue)]
    public long MaxRequestBodyBytes { get; set; } = 8L << 30;

    /// <summary>Longest time to connect to an instance.</summary>
    /// <value>The default is 1 second.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:05:00")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest time for one try: from the last byte of a request to the head of its answer. Streams that have begun are never cut.</summary>
    /// <value>The default is 30 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00")]
    public TimeSpan ResponseHeadersTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest time for a request from its admission to the head of its answer, waiting and all tries counted. After it no further try is begun.</summary>
    /// <value>The default is 90 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.01:00:00")]
    public TimeSpan TotalTimeout { get; set; } = TimeSpan.FromSeconds(90);

    /// <summary>
    /// How long the gateway goes on serving after it was told to stop. Meanwhile it is not ready any more, and ends each connection with the answer
    /// to its next request: so balancers turn to other gateways before its listeners close, and no request is on its way to a connection that ends.
    /// It counts for the host's shutdown time-out.
    /// </summary>
    /// <value>The default is 0: its listeners close at once, and requests in flight are finished. Behind a balancer, a little longer than that needs to notice: 5 seconds. Up to 10 minutes.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan StopDelay { get; set; }

    /// <summary>Time between activity reports to the control plane.</summary>
    /// <value>The default is 1 second.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan ReportInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a signed caller identity is valid. It is used again until a quarter of its life is left.</summary>
    /// <value>The default is 60 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:10", "00:10:00")]
    public TimeSpan IdentityLifetime { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How often an instance is told to repeat its registration.</summary>
    /// <value>The default is 10 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Most access tokens whose validation is remembered, about 500 bytes each; those used last are kept. Every other one costs a check of its signature per request.</summary>
    /// <value>The default is 100,000; 0 to 1,000,000.</value>
    [Range(0, 1_000_000)]
    public int MaxRememberedTokens { get; set; } = 100_000;

    /// <summary>Failures in a row that keep an instance out while its tenant has another one.</summary>
    /// <value>The default is 5; 1 to 1,000.</value>
    [Range(1, 1_000)]
    public int EjectionThreshold { get; set; } = 5;

    /// <summary>How long the first ejection lasts; the nth lasts n times as long. An instance that was back for this long has one less behind it.</summary>
    /// <value>The default is 30 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:10:00")]
    public TimeSpan EjectionTime { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long an ejection lasts at most.</summary>
    /// <value>The default is 5 minutes.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00")]
    public TimeSpan MaxEjectionTime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Largest share of a tenant's instances that are ejected at a time; one may always be, when there are others.</summary>
    /// <value>The default is 0.5; 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double MaxEjectedShare { get; set; } = 0.5;

    /// <summary>Requests within 10 to 20 seconds, of the instance and of the tenant's others, below which nobody is ejected for a higher share of failures.</summary>
    /// <value>The default is 20; 1 to 1,000,000.</value>
    [Range(1, 1_000_000)]
    public int ErrorRateMinimumRequests { get; set; } = 20;

    /// <summary>Share of healthy instances of a tenant below which all of them that can be reached take requests. Tenants with one instance are not concerned.</summary>
    /// <value>The default is 0.5; 0 never does that.</value>
    [Range(0.0, 1.0)]
    public double PanicThreshold { get; set; } = 0.5;
}
