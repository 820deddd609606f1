using TenantKit.Orchestration;
using TenantKit.Routing;
using TenantKit.Templates;
using TenantKit.Tenants;

namespace TenantKit.Management;

/// <summary>What a template must be like to be published.</summary>
internal static class TemplateRules
{
    private const int MaxReplicas = 64;
    private static readonly HashSet<string> ReservedVariables = new(StringComparer.OrdinalIgnoreCase)
    {
        "USER_ID", "DB_NAME", "TENANT_ID", "TENANT_NAME", "PORT", "ASPNETCORE_URLS", "LD_PRELOAD", "LD_LIBRARY_PATH", "DOTNET_STARTUP_HOOKS",
    };

    public static Dictionary<string, string[]> Check(Template template, OrchestratorCapabilities capabilities)
    {
        var errors = new Dictionary<string, string[]>();
        Require(errors, "name", TenantName.Validate(template.Name) is null, "A template name has 1 to 40 characters of a-z, 0-9 and '-', and is not reserved.");
        Require(errors, "image", template.Image.Length is > 0 and <= 255, "An image is needed, of at most 255 characters.");
        Require(errors, "command", template.Command.Count <= 64 && template.Command.All(static part => part.Length <= 4096), "A command has at most 64 parts of at most 4,096 characters.");
        Require(errors, "ports", template.Port is > 0 and < 65_536, "A port is 1 to 65535.");
        Require(errors, "replicas.min", template.MinReplicas is >= 1 and <= MaxReplicas, $"Replicas are 1 to {MaxReplicas}.");
        Require(errors, "replicas.max", template.MaxReplicas >= template.MinReplicas && template.MaxReplicas <= MaxReplicas, $"The most replicas are at least the fewest, and at most {MaxReplicas}.");
        Require(errors, "replicas.min", template.MinReplicas == 1 || capabilities.Replicas, "This orchestrator runs one instance per tenant.");
        Require(errors, "idleTimeout", template.IdleTimeout is null || template.IdleTimeout.Value <= TimeSpan.FromDays(365), "The idle time-out is at most 365 days.");
        Require(errors, "database", DatabaseModes(capabilities).Contains(template.Database), SayModes(DatabaseModes(capabilities)));
        Require(errors, "loadBalancing", LoadBalancingSettings.TryParse(template.LoadBalancing, out _, out var problem), problem ?? string.Empty);
        ResourceRules.Check(template.Resources, errors, "resources.");
        CheckEnvironment(template.Environment, errors);
        CheckProbe(template.Probe, errors);
        CheckHttp(template.Http, errors);
        CheckAutoscale(template.Autoscale, capabilities, errors);
        foreach (var path in template.AnonymousPaths)
        {
            Require(errors, "anonymousPaths", IsCanonicalPath(path), $"'{path}' is not a path: it begins with one '/', and has no '//', '..' or '?'.");
        }

        return errors;
    }

    private static List<DatabaseMode> DatabaseModes(OrchestratorCapabilities capabilities) =>
    [
        DatabaseMode.Embedded,
        .. capabilities.DedicatedDatabase ? [DatabaseMode.Dedicated] : Array.Empty<DatabaseMode>(),
        .. capabilities.SharedDatabase ? [DatabaseMode.Shared] : Array.Empty<DatabaseMode>(),
    ];

    private static string SayModes(List<DatabaseMode> modes)
    {
        var names = modes.ConvertAll(static mode => $"\"{mode.ToString().ToLowerInvariant()}\"");
        return names.Count == 1
            ? $"This orchestrator supports the database mode {names[0]} only."
            : $"This orchestrator supports the database modes {string.Join(", ", names.SkipLast(1))} and {names[^1]}.";
    }

    private static void CheckEnvironment(IReadOnlyDictionary<string, string> environment, Dictionary<string, string[]> errors)
    {
        foreach (var (name, value) in environment)
        {
            var legal = name.Length is > 0 and <= 128 && name.All(static c => char.IsAsciiLetterOrDigit(c) || c == '_') && !char.IsAsciiDigit(name[0]);
            Require(errors, "env", legal, $"'{name}' is no name of a variable: letters, digits and '_', not a digit first.");
            Require(errors, "env", !ReservedVariables.Contains(name) && !name.StartsWith("TENANTKIT_", StringComparison.OrdinalIgnoreCase), $"The variable '{name}' is set by TenantKit and cannot be changed.");
            Require(errors, "env", value.Length <= 32_768 && !value.Contains('\0'), $"The value of '{name}' is at most 32,768 characters, without a zero character.");
        }
    }

    private static void CheckProbe(ProbeSettings probe, Dictionary<string, string[]> errors)
    {
        Require(errors, "probe.path", IsCanonicalPath(probe.Path), "A probe path begins with one '/', and has no '//', '..' or '?'.");
        Require(errors, "probe.startTimeout", probe.StartTimeout >= TimeSpan.FromSeconds(1) && probe.StartTimeout <= TimeSpan.FromHours(1), "The start time-out is 1 second to 1 hour.");
        Require(errors, "probe.interval", probe.Interval >= TimeSpan.FromMilliseconds(500) && probe.Interval <= TimeSpan.FromHours(1), "The probe interval is half a second to 1 hour.");
        Require(errors, "probe.timeout", probe.Timeout >= TimeSpan.FromMilliseconds(50) && probe.Timeout <= TimeSpan.FromMinutes(1), "The probe time-out is 50 milliseconds to 1 minute.");
        Require(errors, "probe.failureThreshold", probe.FailureThreshold is >= 1 and <= 100, "The failure threshold is 1 to 100.");
        Require(errors, "probe.stopGracePeriod", probe.StopGracePeriod >= TimeSpan.Zero && probe.StopGracePeriod <= TimeSpan.FromMinutes(10), "The grace period is 0 to 10 minutes.");
    }

    private static void CheckHttp(HttpSettings http, Dictionary<string, string[]> errors)
    {
        Require(errors, "http.idempotentPosts", http.IdempotentPosts.Count <= 64, "There are at most 64 patterns.");
        foreach (var pattern in http.IdempotentPosts)
        {
            var segments = pattern.Split('/');
            var stars = segments.All(static segment => segment is "*" or "**" || !segment.Contains('*')) && Array.IndexOf(segments, "**") is var rest && (rest < 0 || rest == segments.Length - 1);
            Require(errors, "http.idempotentPosts", IsCanonicalPath(pattern) && stars, $"'{pattern}' is no pattern: a path, with '*' for one segment and '**' at its end for any rest.");
        }
    }

    private static void CheckAutoscale(AutoscaleSettings? autoscale, OrchestratorCapabilities capabilities, Dictionary<string, string[]> errors)
    {
        if (autoscale is null)
        {
            return;
        }

        Require(errors, "autoscale", capabilities.Replicas, "This orchestrator runs one instance per tenant: leave autoscaling out.");
        Require(errors, "autoscale.targetInFlight", autoscale.TargetInFlight is >= 0.1 and <= 10_000, "The requests in flight per instance are 0.1 to 10,000.");
        Require(errors, "autoscale.stableWindow", autoscale.StableWindow >= TimeSpan.FromSeconds(6) && autoscale.StableWindow <= TimeSpan.FromHours(1), "The stable window is 6 seconds to 1 hour.");
        Require(errors, "autoscale.panicWindowShare", autoscale.PanicWindowShare is >= 0.01 and <= 1, "The panic window is 0.01 to 1 of the stable window.");
        Require(errors, "autoscale.panicThreshold", autoscale.PanicThreshold is >= 1.1 and <= 10, "The panic threshold is 1.1 to 10.");
        Require(errors, "autoscale.scaleDownDelay", autoscale.ScaleDownDelay >= TimeSpan.Zero && autoscale.ScaleDownDelay <= TimeSpan.FromHours(1), "The delay is 0 to 1 hour.");
    }

    internal static bool IsCanonicalPath(string path) =>
        path.Length is > 0 and <= 256 && path[0] == '/' && !path.Contains("//") && !path.Contains("..")
        && path.AsSpan().IndexOfAny("?#\\%") < 0 && !path.Any(char.IsControl);

    private static void Require(Dictionary<string, string[]> errors, string field, bool condition, string message)
    {
        if (!condition)
        {
            errors[field] = errors.TryGetValue(field, out var known) ? [.. known, message] : [message];
        }
    }
}
