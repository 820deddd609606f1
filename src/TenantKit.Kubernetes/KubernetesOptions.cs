using System.ComponentModel.DataAnnotations;

namespace TenantKit.Kubernetes;

/// <summary>Settings of the Kubernetes orchestrator; configuration section <c>TenantKit:Kubernetes</c>.</summary>
public sealed class KubernetesOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "TenantKit:Kubernetes";

    /// <summary>Path of a kubeconfig file.</summary>
    /// <value>The default is null: the pod's own account inside a cluster, else <c>KUBECONFIG</c> or <c>~/.kube/config</c>.</value>
    public string? KubeConfig { get; set; }

    /// <summary>Context of the kubeconfig file.</summary>
    /// <value>The default is null: its current context.</value>
    public string? Context { get; set; }

    /// <summary>Tells the objects of several TenantKit installations in one cluster apart. A label value of at most 40 characters.</summary>
    /// <value>The default is <c>default</c>.</value>
    [Required]
    [RegularExpression("[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?")]
    public string Installation { get; set; } = "default";

    /// <summary>What the names of tenants' namespaces begin with; in a shared namespace, the names of their objects.</summary>
    /// <value>The default is <c>tk-</c>; at most 10 characters.</value>
    [Required]
    [RegularExpression("[a-z]([-a-z0-9]{0,9})?")]
    public string NamePrefix { get; set; } = "tk-";

    /// <summary>
    /// One existing namespace for all tenants. It has weaker walls: no quota of its own per tenant, and whoever may read the namespace reads all
    /// tenants' objects. For clusters that give you no more than one namespace.
    /// </summary>
    /// <value>The default is null: a namespace per tenant.</value>
    public string? SharedNamespace { get; set; }

    /// <summary>The namespace that gateways and the control plane run in: traffic from there may enter the tenants' apps.</summary>
    /// <value>The default is <c>tenantkit-system</c>.</value>
    [Required]
    public string SystemNamespace { get; set; } = "tenantkit-system";

    /// <summary>
    /// True to tell by Leases in <see cref="SystemNamespace"/> which replicas of the control plane live, instead of by rows in the store. It saves the
    /// store a write per replica and renewal; without an API server no replica acts then. What may be committed is decided by tokens in the store
    /// either way. The same for all replicas.
    /// </summary>
    /// <value>The default is false.</value>
    public bool UseLeases { get; set; }

    /// <summary>Name of the field manager of server-side apply.</summary>
    /// <value>The default is <c>tenantkit</c>.</value>
    [Required]
    public string FieldManager { get; set; } = "tenantkit";

    /// <summary>The storage class of tenants' volumes.</summary>
    /// <value>The default is null: the cluster's default class.</value>
    public string? StorageClass { get; set; }

    /// <summary>
    /// Access mode of tenants' volumes: <c>ReadWriteOnce</c> keeps all copies of a tenant on one node, <c>ReadWriteMany</c> spreads them.
    /// </summary>
    /// <value>The default is <c>ReadWriteOnce</c>.</value>
    [RegularExpression("ReadWriteOnce|ReadWriteMany|ReadWriteOncePod")]
    public string VolumeAccessMode { get; set; } = "ReadWriteOnce";

    /// <summary>Where a tenant's volume is mounted; the app finds it in <c>TENANTKIT_DATA_DIR</c>.</summary>
    /// <value>The default is <c>/data</c>.</value>
    [Required]
    public string DataPath { get; set; } = "/data";

    /// <summary>The user and group that apps run as; the volume belongs to it.</summary>
    /// <value>The default is 10001; 1 or more.</value>
    [Range(1, int.MaxValue)]
    public int RunAsUser { get; set; } = 10001;

    /// <summary>
    /// The share of its CPU that an instance is sure to get. With this or <see cref="MemoryRequestShare"/> below 1 every pod is of the class Burstable, else
    /// of the class Guaranteed, so that a resize in place never changes the class, which the API server would refuse.
    /// </summary>
    /// <value>The default is 0.1; 0.001 to 1.</value>
    [Range(0.001, 1)]
    public double CpuRequestShare { get; set; } = 0.1;

    /// <summary>
    /// The share of its memory that an instance is sure to get. Below 1 more instances fit on a node than it has memory for; when they use it all the
    /// same, the node evicts some.
    /// </summary>
    /// <value>The default is 1; 0.001 to 1.</value>
    [Range(0.001, 1)]
    public double MemoryRequestShare { get; set; } = 1;

    /// <summary>Size in bytes of the temporary folder of an instance, on the node's disk.</summary>
    /// <value>The default is 256 MiB; 1 MiB or more.</value>
    [Range(1L << 20, 1L << 40)]
    public long TemporaryBytes { get; set; } = 256L << 20;

    /// <summary>Runtime class of tenants' pods, such as one of gVisor or Kata Containers.</summary>
    /// <value>The default is null: the cluster's default.</value>
    public string? RuntimeClass { get; set; }

    /// <summary>Priority class of tenants' pods.</summary>
    /// <value>The default is null: the cluster's default.</value>
    public string? PriorityClass { get; set; }

    /// <summary>Names of the pull secrets that pods refer to. They must be in the tenants' namespaces, put there by a policy of the cluster.</summary>
    /// <value>The default is empty.</value>
    public IList<string> ImagePullSecrets { get; } = [];

    /// <summary>Version that the Pod Security level <c>restricted</c> is pinned to.</summary>
    /// <value>The default is <c>v1.33</c>.</value>
    [RegularExpression("latest|v1\\.[0-9]+")]
    public string PodSecurityVersion { get; set; } = "v1.33";

    /// <summary>True to wall tenants off by network policies. A network plug-in that ignores them makes no wall.</summary>
    /// <value>The default is true.</value>
    public bool NetworkPolicies { get; set; } = true;

    /// <summary>Networks that apps may reach, in CIDR notation, beside the cluster's DNS and the registration endpoint.</summary>
    /// <value>The default is empty: none.</value>
    public IList<string> AllowedEgress { get; } = [];

    /// <summary>True to give each tenant's namespace a ResourceQuota and a LimitRange.</summary>
    /// <value>The default is true.</value>
    public bool Quotas { get; set; } = true;

    /// <summary>Most copies of an app that a tenant's quota has room for, beside those that are being replaced.</summary>
    /// <value>The default is 8; 1 to 1000.</value>
    [Range(1, 1000)]
    public int MaxReplicas { get; set; } = 8;

    /// <summary>
    /// Time between a pod's order to stop and the signal to its app. A stop by TenantKit comes after the gateway has drained; when a node is
    /// drained the gateway needs this long to hear of it.
    /// </summary>
    /// <value>The default is 1 second; 0 to 1 minute.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan StopDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>True to ask registries for the digest of an image, and whether it exists, when a template is published or a tenant starts.</summary>
    /// <value>The default is true.</value>
    public bool ResolveImages { get; set; } = true;

    /// <summary>Bytes of log that are kept of a tenant's last instances while it sleeps; 0 for none.</summary>
    /// <value>The default is 64 KiB; 0 to 512 KiB.</value>
    [Range(0, 512 << 10)]
    public int KeptLogBytes { get; set; } = 64 << 10;

    /// <summary>Longest time for one request to the API server.</summary>
    /// <value>The default is 30 seconds; 1 second to 5 minutes.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Most requests to the API server at the same time; open watches and logs do not count.</summary>
    /// <value>The default is 32; 4 to 1000.</value>
    [Range(4, 1000)]
    public int MaxConcurrentRequests { get; set; } = 32;

    /// <summary>
    /// A watch that told nothing for this long, not even that nothing changed, is taken for dead and opened again. The server tells that about
    /// once a minute.
    /// </summary>
    /// <value>The default is 2 minutes; 5 seconds to 1 hour.</value>
    [Range(typeof(TimeSpan), "00:00:05", "01:00:00")]
    public TimeSpan WatchStall { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>The databases of tenants in the mode <c>Dedicated</c>.</summary>
    public DedicatedDatabaseOptions Database { get; } = new();

    /// <summary>The server of tenants in the mode <c>Shared</c>.</summary>
    public SharedDatabaseOptions SharedDatabase { get; } = new();
}
