using System.ComponentModel.DataAnnotations;

namespace TenantKit.Gateway.Remote;

/// <summary>Settings of a gateway whose control plane runs on other hosts; configuration section <c>TenantKit:Gateway:ControlPlane</c>.</summary>
public sealed class RemoteControlPlaneOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "TenantKit:Gateway:ControlPlane";

    /// <summary>Addresses of all replicas of the control plane, such as <c>https://control-1.example.com:5083</c>. At least one.</summary>
    /// <value>The default is empty.</value>
    public IList<string> Addresses { get; } = [];

    /// <summary>The secret shared with the control plane. Prefer <see cref="TokenFile"/>.</summary>
    /// <value>The default is null: it is made of the key file in <see cref="TenantGatewayOptions.KeyDirectory"/>, as the control plane makes it.</value>
    public string? Token { get; set; }

    /// <summary>File with the secret, readable by its owner only. Of several lines the first one is sent.</summary>
    /// <value>The default is null.</value>
    public string? TokenFile { get; set; }

    /// <summary>Whether an address may be http over a network. The keys of all instances then pass in clear text.</summary>
    /// <value>The default is false.</value>
    public bool AllowInsecureHttp { get; set; }

    /// <summary>Longest time for one call to one replica, and to the head of the feed's answer. A sign-in may take six times that.</summary>
    /// <value>The default is 5 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Silence after which a feed is taken for lost. At least twice the control plane's heartbeat.</summary>
    /// <value>The default is 15 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.200", "00:10:00")]
    public TimeSpan SilenceTimeout { get; set; } = TimeSpan.FromSeconds(15);
}
