using System.ComponentModel.DataAnnotations;

namespace TenantKit.Docker;

/// <summary>The database container of a unit with a dedicated database. It takes its settings as the official MariaDB and MySQL images do.</summary>
public sealed class DockerDatabaseOptions
{
    /// <summary>Its image.</summary>
    /// <value>The default is <c>mariadb:11.4</c>.</value>
    [Required]
    public string Image { get; set; } = "mariadb:11.4";

    /// <summary>User and group it runs as, who own its files.</summary>
    /// <value>The default is <c>999:999</c>, that of the official images.</value>
    [RegularExpression("^[0-9]{1,9}:[0-9]{1,9}$")]
    public string User { get; set; } = "999:999";

    /// <summary>Prefix of the variables that name user, database and password files: <c>MARIADB</c> or <c>MYSQL</c>.</summary>
    /// <value>The default is <c>MARIADB</c>.</value>
    [Required]
    public string VariablePrefix { get; set; } = "MARIADB";

    /// <summary>Command that ends with 0 inside the container once the database takes connections.</summary>
    /// <value>The default is null: <c>mariadb-admin ping</c> over TCP.</value>
    public string[]? ReadyCommand { get; set; }

    /// <summary>Its memory in bytes; 128 MiB to 1 TiB.</summary>
    /// <value>The default is 512 MiB.</value>
    [Range(128L << 20, 1L << 40)]
    public long MemoryBytes { get; set; } = 512L << 20;

    /// <summary>Its CPU in thousandths of a core; 50 to 256,000.</summary>
    /// <value>The default is 1000.</value>
    [Range(50, 256_000)]
    public int CpuMillicores { get; set; } = 1000;

    /// <summary>Longest time until it takes connections; the app is not started before.</summary>
    /// <value>The default is 2 minutes; 1 second to 1 hour.</value>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Time it gets to close its files before it is killed.</summary>
    /// <value>The default is 1 minute; 1 second to 1 hour.</value>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan StopGracePeriod { get; set; } = TimeSpan.FromMinutes(1);
}
