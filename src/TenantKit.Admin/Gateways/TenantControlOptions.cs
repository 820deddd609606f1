using System.ComponentModel.DataAnnotations;

namespace TenantKit.Admin.Gateways;

/// <summary>Settings of the listener for gateways on other hosts; configuration section <c>TenantKit:Control</c>.</summary>
public sealed class TenantControlOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "TenantKit:Control";

    /// <summary>Address to listen on for gateways. Never a public one. Port 0 takes a free one.</summary>
    /// <value>The default is <c>http://127.0.0.1:5083</c>.</value>
    [Required]
    public string Url { get; set; } = "http://127.0.0.1:5083";

    /// <summary>
    /// Folder of <c>gateway-identity.key</c> (mode 0600), the one file that every gateway needs a copy of: the token is made of it, and gateways sign
    /// with it towards the apps. Made at the first start. Not used for the token where <see cref="TokenFile"/> or <see cref="Token"/> is set.
    /// </summary>
    /// <value>The default is null.</value>
    public string? KeyDirectory { get; set; }

    /// <summary>The secret shared with the gateways, at least 32 visible ASCII characters. Prefer <see cref="TokenFile"/>.</summary>
    /// <value>The default is null.</value>
    public string? Token { get; set; }

    /// <summary>File with the secret, readable by its owner only. Several lines are several tokens: all are accepted.</summary>
    /// <value>The default is null.</value>
    public string? TokenFile { get; set; }

    /// <summary>Whether <see cref="Url"/> may be http on an address that others can reach. The keys of all instances then pass in clear text.</summary>
    /// <value>The default is false.</value>
    public bool AllowInsecureHttp { get; set; }

    /// <summary>Time between signs of life on a feed without changes; gateways take three missing ones for a lost connection.</summary>
    /// <value>The default is 5 seconds; 100 milliseconds to 1 minute.</value>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(5);
}
