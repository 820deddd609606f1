namespace TenantKit.Admin.SignIn;

/// <summary>The first administrator; configuration section <c>TenantKit:BootstrapAdmin</c>. Read only while there is no administrator.</summary>
public sealed class BootstrapAdminOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "TenantKit:BootstrapAdmin";

    /// <summary>Login name of the first administrator.</summary>
    /// <value>The default is <c>admin</c>.</value>
    public string UserName { get; set; } = "admin";

    /// <summary>Its password; set it through the environment as <c>TenantKit__BootstrapAdmin__Password</c>.</summary>
    /// <value>The default is null: one is generated, see <see cref="BootstrapResult"/>.</value>
    public string? Password { get; set; }
}
