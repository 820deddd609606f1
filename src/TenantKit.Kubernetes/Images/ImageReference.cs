using System.Text.RegularExpressions;

namespace TenantKit.Kubernetes.Images;

/// <summary>The parts of an image's name, by the rules of container registries.</summary>
internal sealed partial record ImageReference(string Registry, string Repository, string Tag, string? Digest)
{
    private const string DefaultRegistry = "docker.io";

    public static ImageReference? TryParse(string image)
    {
        var match = Form().Match(image);
        if (!match.Success)
        {
            return null;
        }

        var (host, path) = (match.Groups["host"].Value.TrimEnd('/'), match.Groups["path"].Value);
        // What comes before the first slash is a registry only when it looks like one.
        if (host.Length > 0 && !host.Contains('.', StringComparison.Ordinal) && !host.Contains(':', StringComparison.Ordinal) && host != "localhost")
        {
            (host, path) = ("", host + "/" + path);
        }

        if (!Path().IsMatch(path))
        {
            return null;
        }

        var registry = host.Length == 0 ? DefaultRegistry : host;
        var repository = registry == DefaultRegistry && !path.Contains('/', StringComparison.Ordinal) ? "library/" + path : path;
        var tag = match.Groups["tag"].Value;
        return new ImageReference(registry, repository, tag.Length == 0 ? "latest" : tag, match.Groups["digest"].Success ? match.Groups["digest"].Value : null);
    }

    /// <summary>Where its registry is asked. One on this machine speaks HTTP, as container runtimes assume too.</summary>
    public Uri Manifest
    {
        get
        {
            var host = Registry == DefaultRegistry ? "registry-1.docker.io" : Registry;
            var isLocal = host.StartsWith("localhost:", StringComparison.Ordinal) || host.StartsWith("127.0.0.1:", StringComparison.Ordinal);
            return new Uri($"{(isLocal ? "http" : "https")}://{host}/v2/{Repository}/manifests/{Digest ?? Tag}");
        }
    }

    [GeneratedRegex(@"\A(?:(?<host>[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?)/)?(?<path>[a-z0-9][a-z0-9._/-]*)(?::(?<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?\z")]
    private static partial Regex Form();

    [GeneratedRegex(@"\A[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*\z")]
    private static partial Regex Path();
}
