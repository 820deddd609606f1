using System.ComponentModel.DataAnnotations;

namespace TenantKit.Kubernetes;

/// <summary>The MySQL or MariaDB server that tenants in the mode <c>Shared</c> have a schema and an account on.</summary>
public sealed class SharedDatabaseOptions
{
    /// <summary>Name or address of the server, as the tenants' apps and the jobs reach it.</summary>
    /// <value>The default is null: there is none, and templates cannot ask for the mode <c>Shared</c>.</value>
    public string? Host { get; set; }

    /// <summary>Port of the server.</summary>
    /// <value>The default is 3306; 1 to 65,535.</value>
    [Range(1, 65_535)]
    public int Port { get; set; } = 3306;

    /// <summary>The namespace of the jobs that make and remove schemas; with <see cref="KubernetesOptions.SharedNamespace"/> they run there instead.</summary>
    /// <value>The default is <c>tenantkit-databases</c>.</value>
    [Required]
    public string Namespace { get; set; } = "tenantkit-databases";

    /// <summary>
    /// Name of the Secret in that namespace with the account that makes schemas and accounts: <c>username</c> and <c>password</c>, and with
    /// <see cref="RequireTls"/> the certificates that the server's is checked against, as <c>ca.crt</c>.
    /// </summary>
    /// <value>The default is <c>shared-database</c>.</value>
    [Required]
    public string AdminSecret { get; set; } = "shared-database";

    /// <summary>The network of a server outside of the cluster, in CIDR notation, for the tenants' network policies.</summary>
    /// <value>The default is null: the server's pods are in <see cref="Namespace"/>, with the label <c>app.kubernetes.io/component: shared-database</c>.</value>
    public string? Network { get; set; }

    /// <summary>What names of schemas and accounts begin with; tells several installations on one server apart.</summary>
    /// <value>The default is <c>tk</c>; 1 to 6 letters and digits.</value>
    [Required]
    [RegularExpression("[a-z][a-z0-9]{0,5}")]
    public string NamePrefix { get; set; } = "tk";

    /// <summary>Most connections of one tenant at the same time, so that none takes the server from the others.</summary>
    /// <value>The default is 20; 0 for no bound.</value>
    [Range(0, 100_000)]
    public int MaxConnections { get; set; } = 20;

    /// <summary>True to let jobs and tenants connect by TLS alone.</summary>
    /// <value>The default is false.</value>
    public bool RequireTls { get; set; }

    /// <summary>Image with the client program <c>mariadb</c> and a shell, for the jobs.</summary>
    /// <value>The default is <c>docker.io/library/mariadb:11.8</c>.</value>
    [Required]
    public string Image { get; set; } = "docker.io/library/mariadb:11.8";

    /// <summary>The user and group that the jobs run as.</summary>
    /// <value>The default is 999; 1 or more.</value>
    [Range(1, int.MaxValue)]
    public int RunAsUser { get; set; } = 999;
}
