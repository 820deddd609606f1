using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace TenantKit.Routing;

/// <summary>What a load-balancing text asks for: a policy by name, then settings, divided by semicolons.</summary>
/// <remarks>
/// <para>
/// <c>consistent-hash; key=header:X-Cart</c>, <c>; affinity=cookie</c>, <c>weighted-round-robin; weights=3,1; slow-start=00:00:30</c>. All parts
/// may be left out. Templates carry it (<see cref="Templates.Template.LoadBalancing"/>), and so does the gateway's default.
/// </para>
/// <para>Immutable.</para>
/// </remarks>
public sealed record LoadBalancingSettings
{
    private const int MaxLength = 256;
    private const int MaxWeight = 1_000;
    private const int MaxWeights = 64;
    private static readonly TimeSpan LongestSlowStart = TimeSpan.FromHours(1);

    /// <summary>Nothing asked for: the gateway's defaults.</summary>
    public static LoadBalancingSettings Default { get; } = new();

    /// <summary>The policy's name; null for the gateway's default.</summary>
    public string? Policy { get; init; }

    /// <summary>What policies that keep like requests together go by: <c>user</c>, <c>address</c>, <c>path</c>, <c>header:NAME</c> or <c>cookie:NAME</c>. Null for <c>user</c>.</summary>
    public string? Key { get; init; }

    /// <summary>True when a session stays with its instance by a cookie (<c>affinity=cookie</c>).</summary>
    public bool Affinity { get; init; }

    /// <summary>How long a new instance gets less than its share; zero for not at all, null for the gateway's default. At most one hour.</summary>
    public TimeSpan? SlowStart { get; init; }

    /// <summary>Shares of the instances, oldest first, 1 to 1,000 each; those that are not named have 1.</summary>
    public IReadOnlyList<int> Weights { get; init; } = [];

    /// <summary>Reads a text.</summary>
    /// <param name="text">The text; null or empty asks for nothing.</param>
    /// <param name="settings">What it says; null when it cannot be read.</param>
    /// <param name="error">What is wrong with it, and what would be right; null when it was read. Whether the policy exists is for the gateway to say.</param>
    /// <returns>True when it was read.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out LoadBalancingSettings? settings, [NotNullWhen(false)] out string? error)
    {
        settings = null;
        error = null;
        if (string.IsNullOrWhiteSpace(text))
        {
            settings = Default;
            return true;
        }

        if (text.Length > MaxLength)
        {
            error = $"Load balancing has at most {MaxLength} characters.";
            return false;
        }

        var parts = text.Split(';', StringSplitOptions.TrimEntries);
        var read = new LoadBalancingSettings { Policy = parts[0].Length == 0 ? null : parts[0] };
        if (read.Policy is { } policy && !policy.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
        {
            error = $"'{policy}' is no name of a policy: letters, digits, '-', '_' and '.'; settings follow after ';'.";
            return false;
        }

        foreach (var part in parts[1..])
        {
            if (part.Length > 0 && !TryAdd(ref read, part, out error))
            {
                return false;
            }
        }

        settings = read;
        return true;
    }

    private static bool TryAdd(ref LoadBalancingSettings settings, string part, [NotNullWhen(false)] out string? error)
    {
        var equals = part.IndexOf('=', StringComparison.Ordinal);
        var (name, value) = equals < 0 ? (part, string.Empty) : (part[..equals].TrimEnd(), part[(equals + 1)..].TrimStart());
        var next = name switch
        {
            "key" when IsKey(value) => settings with { Key = value },
            "affinity" when value is "cookie" or "none" => settings with { Affinity = value == "cookie" },
            "slow-start" when TimeSpan.TryParse(value, CultureInfo.InvariantCulture, out var time) && time >= TimeSpan.Zero && time <= LongestSlowStart =>
                settings with { SlowStart = time },
            "weights" when ReadWeights(value) is { } weights => settings with { Weights = weights },
            _ => null,
        };
        error = next is not null ? null : name switch
        {
            "key" => "key is user, address, path, header:NAME or cookie:NAME.",
            "affinity" => "affinity is cookie or none.",
            "slow-start" => "slow-start is a time of 00:00:00 to 01:00:00.",
            "weights" => $"weights are 1 to {MaxWeights} numbers of 1 to {MaxWeight}, divided by commas.",
            _ => $"There is no setting '{name}'; there are key, affinity, slow-start and weights.",
        };
        settings = next ?? settings;
        return error is null;
    }

    private static bool IsKey(string value) => value is "user" or "address" or "path" || IsNamed(value, "header:") || IsNamed(value, "cookie:");

    private static bool IsNamed(string value, string kind) =>
        value.StartsWith(kind, StringComparison.Ordinal) && value.Length > kind.Length
        && value.AsSpan(kind.Length).IndexOfAnyExcept("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") < 0;

    private static int[]? ReadWeights(string value)
    {
        var parts = value.Split(',', StringSplitOptions.TrimEntries);
        var weights = new int[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out weights[i]) || weights[i] is < 1 or > MaxWeight)
            {
                return null;
            }
        }

        return parts.Length <= MaxWeights ? weights : null;
    }
}
