using System.ComponentModel.DataAnnotations;

namespace TenantKit;

/// <summary>Settings of the control plane; configuration section <c>TenantKit</c>.</summary>
public sealed class TenantKitOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "TenantKit";

    /// <summary>Folder of everything TenantKit keeps on disk.</summary>
    /// <value>The default is <c>TenantKit</c> in the user's local application data.</value>
    [Required]
    public string DataDirectory { get; set; } = Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "TenantKit");

    /// <summary>
    /// Folder of the keys that all replicas of the control plane share: that of access tokens and that of instances. Missing ones are made; of
    /// replicas that start together, all end with the same.
    /// </summary>
    /// <value>The default is null: <c>keys</c> in <see cref="DataDirectory"/>, right for a single replica.</value>
    public string? KeyDirectory { get; set; }

    /// <summary>Idle time before sleep for templates that name none; zero or less never sleeps.</summary>
    /// <value>The default is 15 minutes.</value>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Address of the gateway as users see it; tenants' addresses are made from it.</summary>
    /// <value>The default is <c>http://127.0.0.1:5081</c>.</value>
    [Required, Url]
    public string GatewayUrl { get; set; } = "http://127.0.0.1:5081";

    /// <summary>Address at which instances reach the gateway's internal listener: registration and identity keys. Never a public one.</summary>
    /// <value>The default is <c>http://127.0.0.1:5082</c>.</value>
    [Required, Url]
    public string RegistrationUrl { get; set; } = "http://127.0.0.1:5082";

    /// <summary>Name of the template of tenants that name none.</summary>
    /// <value>The default is <c>default</c>.</value>
    [Required]
    public string DefaultTemplate { get; set; } = "default";

    /// <summary>Most tenants that start at the same time.</summary>
    /// <value>The default is twice the number of processors, at least 4; 1 to 10,000.</value>
    [Range(1, 10_000)]
    public int MaxConcurrentStarts { get; set; } = Math.Max(4, Environment.ProcessorCount * 2);

    /// <summary>
    /// Most tenants that are worked on at the same time. A pass waits for the store and the runtime most of the time, and passes that wait for the
    /// store together share its round trips: on a database in the network more of them cost less each.
    /// </summary>
    /// <value>The default is 64; 1 to 1,000.</value>
    [Range(1, 1_000)]
    public int Workers { get; set; } = 64;

    /// <summary>Longest time for requests in flight to finish before instances are stopped.</summary>
    /// <value>The default is 30 seconds.</value>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often everything stored is compared with everything that runs, ±10 %.</summary>
    /// <value>The default is 1 minute.</value>
    public TimeSpan ResyncInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>First wait after a failure; doubles up to <see cref="MaxBackoff"/>, with jitter of the upper half.</summary>
    /// <value>The default is 500 milliseconds.</value>
    public TimeSpan MinBackoff { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Longest wait after failures.</summary>
    /// <value>The default is 1 minute.</value>
    public TimeSpan MaxBackoff { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Time a gateway may be silent before nobody waits for it any more.</summary>
    /// <value>The default is 15 seconds.</value>
    public TimeSpan GatewayLease { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Time after which a replica of the control plane that no longer renews is taken for gone, and others act for its tenants. It stops acting
    /// by itself after two thirds of that.
    /// </summary>
    /// <value>The default is 15 seconds; 1 second to 10 minutes.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan LeaseTime { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Time after its start during which a replica takes no tenant for drained, because gateways that run apart from it may not have reported yet.
    /// </summary>
    /// <value>The default is zero, right for a gateway in the same process; <see cref="GatewayLease"/> where gateways run apart, which <c>AddTenantControl()</c> sets.</value>
    public TimeSpan GatewayGrace { get; set; } = TimeSpan.Zero;

    /// <summary>How long the data of a deleted tenant is kept before it is destroyed.</summary>
    /// <value>The default is zero: at once.</value>
    public TimeSpan DataRetention { get; set; } = TimeSpan.Zero;
}
