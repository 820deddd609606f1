namespace TenantKit.Agent;

/// <summary>What the agent knows of the instance it runs in. Read from the environment that TenantKit gives to every instance.</summary>
public sealed class TenantAgentOptions
{
    /// <summary>The tenant's id (<c>TENANTKIT_TENANT_ID</c>). Without it the app runs stand-alone, for development.</summary>
    /// <value>The default is <see langword="null"/>.</value>
    public string? TenantId { get; set; }

    /// <summary>The tenant's name (<c>TENANTKIT_TENANT_NAME</c>).</summary>
    /// <value>The default is <c>development</c>.</value>
    public string TenantName { get; set; } = "development";

    /// <summary>The instance's id (<c>TENANTKIT_INSTANCE_ID</c>).</summary>
    /// <value>The default is <see langword="null"/>; required with <see cref="TenantId"/>.</value>
    public string? InstanceId { get; set; }

    /// <summary>The file that holds the instance's key, 64 hexadecimal digits (<c>TENANTKIT_KEY_FILE</c>). Without it there is neither registration nor identity proof.</summary>
    /// <value>The default is <see langword="null"/>.</value>
    public string? KeyFile { get; set; }

    /// <summary>The folder for the tenant's data (<c>TENANTKIT_DATA_DIR</c>).</summary>
    /// <value>The default is <c>data</c>, below the working directory.</value>
    public string DataDirectory { get; set; } = "data";

    /// <summary>Base address for registration and identity keys (<c>TENANTKIT_REGISTRATION_URL</c>).</summary>
    /// <value>The default is <see langword="null"/>: no registration, and no caller can be verified.</value>
    public Uri? RegistrationUrl { get; set; }

    /// <summary>The port the app listens on (<c>PORT</c>), 1 to 65535.</summary>
    /// <value>The default is 8080.</value>
    public int Port { get; set; } = 8080;

    /// <summary>The health path that is registered; begins with one slash.</summary>
    /// <value>The default is <c>/healthz/ready</c>.</value>
    public string HealthPath { get; set; } = "/healthz/ready";

    /// <summary>The id of the user that the tenant belongs to (<c>USER_ID</c>).</summary>
    /// <value>The default is <see langword="null"/>.</value>
    public string? UserId { get; set; }

    /// <summary>The name of the tenant's database (<c>DB_NAME</c>).</summary>
    /// <value>The default is <c>app</c>.</value>
    public string DatabaseName { get; set; } = "app";

    /// <summary>Who calls when the app runs stand-alone in the Development environment; null for nobody. Never used inside TenantKit.</summary>
    /// <value>The default is user <c>developer</c> with the role <c>user</c>.</value>
    public Caller.TenantCaller? DevelopmentCaller { get; set; } = new("developer", "developer", "user");

    /// <summary>Whether the app runs outside TenantKit.</summary>
    public bool IsStandAlone => string.IsNullOrEmpty(TenantId);
}
