namespace TenantKit.Orchestration;

/// <summary>Something that a runtime has noticed about a unit.</summary>
/// <param name="Reason">A stable code; one of <see cref="Tenants.StatusReasons"/> where one fits.</param>
/// <param name="Message">The same for people.</param>
/// <param name="At">When it was noticed last (UTC).</param>
/// <param name="Count">How often it was noticed; 1 or more.</param>
public sealed record RuntimeNotice(string Reason, string Message, DateTimeOffset At, int Count = 1);
