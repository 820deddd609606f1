using System.ComponentModel.DataAnnotations;

namespace TenantKit.Kubernetes;

/// <summary>The database container beside the app, in the mode <c>Dedicated</c>.</summary>
public sealed class DedicatedDatabaseOptions
{
    /// <summary>Image of a MariaDB server, with its entry point for environment variables.</summary>
    /// <value>The default is <c>docker.io/library/mariadb:11.8</c>.</value>
    [Required]
    public string Image { get; set; } = "docker.io/library/mariadb:11.8";

    /// <summary>The user and group that the image's server runs as.</summary>
    /// <value>The default is 999.</value>
    [Range(1, int.MaxValue)]
    public int RunAsUser { get; set; } = 999;

    /// <summary>CPU of the database in thousandths of a core.</summary>
    /// <value>The default is 500; 10 to 256,000.</value>
    [Range(10, 256_000)]
    public int CpuMillicores { get; set; } = 500;

    /// <summary>Memory of the database in bytes.</summary>
    /// <value>The default is 512 MiB; 128 MiB or more.</value>
    [Range(128L << 20, 4L << 40)]
    public long MemoryBytes { get; set; } = 512L << 20;

    /// <summary>Time that the database gets to shut down cleanly.</summary>
    /// <value>The default is 2 minutes; 1 second to 1 hour.</value>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan StopGracePeriod { get; set; } = TimeSpan.FromMinutes(2);
}
