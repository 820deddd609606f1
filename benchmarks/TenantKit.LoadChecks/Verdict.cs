namespace TenantKit.LoadChecks;

/// <summary>What a check found: figures for people, and what is not as it must be.</summary>
internal sealed class Verdict
{
    private readonly List<string> figures = [];
    private readonly List<string> failures = [];

    public bool Passed => failures.Count == 0;

    public IReadOnlyList<string> Failures => failures;

    public string Figures => string.Join(", ", figures);

    public void Tell(FormattableString figure) => figures.Add(FormattableString.Invariant(figure));

    /// <summary>Holds a promise against what was seen.</summary>
    public void Require(bool isSo, FormattableString otherwise)
    {
        if (!isSo)
        {
            failures.Add(FormattableString.Invariant(otherwise));
        }
    }
}
