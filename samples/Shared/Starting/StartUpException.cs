namespace TenantKit.Samples.Starting;

/// <summary>The host cannot start; all reasons at once, each with what to do.</summary>
internal sealed class StartUpException(IReadOnlyList<string> problems) : Exception(string.Join(Environment.NewLine, problems))
{
    public IReadOnlyList<string> Problems { get; } = problems;
}
