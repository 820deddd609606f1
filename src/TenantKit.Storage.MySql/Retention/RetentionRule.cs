namespace TenantKit.Storage.MySql.Retention;

/// <summary>What one statement removes: at most a batch of rows that are older than a moment, found by an index.</summary>
/// <param name="What">What it removes, as metrics and logs name it.</param>
/// <param name="Keep">How long the rows are kept; zero for ever.</param>
/// <param name="Delete">The statement, with <c>@before</c> (UTC ticks) and <c>@limit</c>.</param>
internal sealed record RetentionRule(string What, TimeSpan Keep, string Delete);
