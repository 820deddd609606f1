using System.ComponentModel.DataAnnotations;

namespace TenantKit.Docker;

/// <summary>Settings of the Docker orchestrators; configuration section <c>TenantKit:Docker</c>.</summary>
public sealed class DockerOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "TenantKit:Docker";

    /// <summary>Address of the engine, such as <c>unix:///var/run/docker.sock</c> or <c>tcp://127.0.0.1:2375</c>. Whoever reaches it is root on its machine.</summary>
    /// <value>The default is null: what <c>DOCKER_HOST</c> or the active Docker context says, else the platform's own socket.</value>
    public string? Endpoint { get; set; }

    /// <summary>How the containers are reached.</summary>
    /// <value>The default is <see cref="DockerReach.Address"/>.</value>
    public DockerReach Reach { get; set; } = DockerReach.Address;

    /// <summary>
    /// Names or ids of the containers that are attached to each unit's network while it is awake: the admin host's and the gateways' own. Needed
    /// with <see cref="DockerReach.Network"/>.
    /// </summary>
    /// <value>The default is empty.</value>
    public IList<string> Attach { get; } = [];

    /// <summary>IPv4 range from which each awake unit gets a network of its own; it must be free on the engine's machine.</summary>
    /// <value>The default is <c>10.213.0.0/16</c>: 2,048 networks of 32 addresses.</value>
    [Required]
    public string Subnets { get; set; } = "10.213.0.0/16";

    /// <summary>Prefix length of a unit's network; 20 to 29. A network of 27 holds about 27 containers.</summary>
    /// <value>The default is 27.</value>
    [Range(20, 29)]
    public int SubnetPrefix { get; set; } = 27;

    /// <summary>True when tenants may open connections to the outside: the internet, and whatever the engine's machine reaches.</summary>
    /// <value>The default is false.</value>
    public bool AllowEgress { get; set; }

    /// <summary>Host at which containers reach the gateway's internal listener, when the registration address names this machine's loopback.</summary>
    /// <value>The default is null: the gateway address of the unit's own network, which is the engine's machine.</value>
    public string? HostAddress { get; set; }

    /// <summary>User and group of images that name none or root: <c>uid:gid</c>. Images that name another user keep it.</summary>
    /// <value>The default is <c>10001:10001</c>.</value>
    [RegularExpression("^[0-9]{1,9}:[0-9]{1,9}$")]
    public string User { get; set; } = "10001:10001";

    /// <summary>Most processes and threads of an instance; 16 to 32,768.</summary>
    /// <value>The default is 256.</value>
    [Range(16, 32_768)]
    public int PidsLimit { get; set; } = 256;

    /// <summary>Size of the memory file system at <c>/tmp</c>, the only writable place beside the volume; 1 MiB to 16 GiB. It counts as the instance's memory.</summary>
    /// <value>The default is 64 MiB.</value>
    [Range(1L << 20, 16L << 30)]
    public long TemporaryBytes { get; set; } = 64L << 20;

    /// <summary>Container runtime, such as <c>runsc</c> for gVisor.</summary>
    /// <value>The default is null: the engine's own default.</value>
    public string? Runtime { get; set; }

    /// <summary>True when an image that the engine does not have is pulled.</summary>
    /// <value>The default is true.</value>
    public bool PullImages { get; set; } = true;

    /// <summary>Environment for all instances, beside the template's, which wins.</summary>
    /// <value>The default is empty.</value>
    public IDictionary<string, string> Environment { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Size at which the engine rotates an instance's log; 64 KiB to 1 GiB. Two older parts are kept.</summary>
    /// <value>The default is 10 MiB.</value>
    [Range(64L << 10, 1L << 30)]
    public long MaxLogBytes { get; set; } = 10L << 20;

    /// <summary>Ended instances whose logs are kept in the data directory, per unit; 0 to 100.</summary>
    /// <value>The default is 3.</value>
    [Range(0, 100)]
    public int KeptLogs { get; set; } = 3;

    /// <summary>Driver of the units' volumes.</summary>
    /// <value>The default is <c>local</c>.</value>
    [Required]
    public string VolumeDriver { get; set; } = "local";

    /// <summary>Options of that driver; <c>{storage}</c> in a value stands for the tenant's storage size in bytes, <c>{unit}</c> for the unit's name.</summary>
    /// <value>The default is empty.</value>
    public IDictionary<string, string> VolumeOptions { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Longest time of one call to the engine; 1 second to 10 minutes. Stops get their grace period beside it; pulls and logs have no limit.</summary>
    /// <value>The default is 30 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>What holds for <c>UseDockerSwarm()</c> alone.</summary>
    public DockerSwarmOptions Swarm { get; } = new();

    /// <summary>The database container of templates with a dedicated database.</summary>
    public DockerDatabaseOptions Database { get; } = new();
}
