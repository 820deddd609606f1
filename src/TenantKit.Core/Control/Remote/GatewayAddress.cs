namespace TenantKit.Control.Remote;

/// <summary>What counts as a safe address between a control plane and a gateway: the routes that go over it hold the instances' keys.</summary>
public static class GatewayAddress
{
    /// <summary>Judges an address.</summary>
    /// <param name="address">The address: http or https, host and port, no path.</param>
    /// <param name="allowInsecureHttp">True when http may go over a network.</param>
    /// <param name="section">The configuration section, for the error.</param>
    /// <param name="setting">The setting that holds the address, for the error.</param>
    /// <returns>What is wrong and what to do; null when it is right.</returns>
    public static string? Judge(string? address, bool allowInsecureHttp, string section, string setting)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var url) || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps)
            || url.PathAndQuery != "/" || url.UserInfo.Length > 0)
        {
            return $"{section}:{setting} '{address}' is no address. Set it to http or https, a host and a port, such as https://control.example.com:5083.";
        }

        return url.Scheme == Uri.UriSchemeHttps || url.IsLoopback || allowInsecureHttp
            ? null
            : $"{section}:{setting} '{address}' would send the gateway token and the keys of all instances in clear text. Use https, or, on a network that nobody else reads, set {section}:AllowInsecureHttp to true.";
    }
}
