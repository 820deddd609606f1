namespace TenantKit.Samples.TenantApp.Answers;

/// <summary>Ends a request with a problem answer.</summary>
internal sealed class ProblemException(Problem problem) : Exception(problem.Title)
{
    public ProblemException(int status, string code, string title)
        : this(new Problem(status, code, title))
    {
    }

    public Problem Problem { get; } = problem;

    public static ProblemException Invalid(IReadOnlyDictionary<string, string[]> errors) =>
        new(new Problem(StatusCodes.Status400BadRequest, "validation_failed", "Some fields are not valid; see errors.", errors));

    public static ProblemException Invalid(string field, string error) => Invalid(new Dictionary<string, string[]> { [field] = [error] });
}
