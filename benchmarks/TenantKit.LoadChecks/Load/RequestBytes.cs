using System.Globalization;
using System.Text;

namespace TenantKit.LoadChecks.Load;

/// <summary>Writes a request down as it goes over the wire.</summary>
internal static class RequestBytes
{
    public static byte[] Make(string method, string path, string host, string? token, byte[]? body = null, string more = "")
    {
        var head = new StringBuilder(512).Append(CultureInfo.InvariantCulture, $"{method} {path} HTTP/1.1\r\nHost: {host}\r\n");
        if (token is not null)
        {
            head.Append(CultureInfo.InvariantCulture, $"Authorization: Bearer {token}\r\n");
        }

        if (body is not null)
        {
            head.Append(CultureInfo.InvariantCulture, $"Content-Type: application/octet-stream\r\nContent-Length: {body.Length}\r\n");
        }

        head.Append(more).Append("\r\n");
        return [.. Encoding.ASCII.GetBytes(head.ToString()), .. body ?? []];
    }
}
