namespace TenantKit.Agent.Caller;

/// <summary>Who calls, for code without the request at hand. A singleton; thread-safe.</summary>
public interface ICallerContext
{
    /// <summary>The caller of the current request; null when it is anonymous or there is no request.</summary>
    TenantCaller? Caller { get; }
}
