using System.Globalization;

namespace TenantKit.LoadChecks;

/// <summary>What is asked for on the command line.</summary>
internal sealed record CheckOptions
{
    public IReadOnlyList<string> Names { get; init; } = Runner.Names;

    /// <summary>A tenth or less of everything, for a first look.</summary>
    public bool Quick { get; init; }

    public int Seed { get; init; } = Environment.TickCount & 0xffff;

    /// <summary>Requests or cycles; null for the check's own number.</summary>
    public int? Count { get; init; }

    /// <summary>How long the control plane is away; null for the check's own time.</summary>
    public double? Minutes { get; init; }

    /// <summary>The faults of the failover check, divided by commas; null for all.</summary>
    public string? Faults { get; init; }

    /// <summary>Leaves data and logs of the hosts.</summary>
    public bool Keep { get; init; }

    /// <summary>The number to do: the one asked for, or the check's own.</summary>
    public int CountOr(int full, int quick) => Count ?? (Quick ? quick : full);

    public static bool TryParse(string[] args, out CheckOptions options)
    {
        options = new CheckOptions();
        var names = new List<string>();
        for (var i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--quick":
                    options = options with { Quick = true };
                    break;
                case "--keep":
                    options = options with { Keep = true };
                    break;
                case "--seed" when Number(args, ++i) is { } seed:
                    options = options with { Seed = (int)seed };
                    break;
                case "--count" when Number(args, ++i) is { } count:
                    options = options with { Count = (int)count };
                    break;
                case "--minutes" when Number(args, ++i) is { } minutes:
                    options = options with { Minutes = minutes };
                    break;
                case "--faults" when ++i < args.Length:
                    options = options with { Faults = args[i] };
                    break;
                case var name when Runner.Names.Contains(name):
                    names.Add(name);
                    break;
                default:
                    return false;
            }
        }

        options = names.Count == 0 ? options : options with { Names = names };
        return true;
    }

    private static double? Number(string[] args, int at) =>
        at < args.Length && double.TryParse(args[at], NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
}
