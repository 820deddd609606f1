namespace TenantKit.Gateway.Routing;

/// <summary>Whether the table of routes is being kept in step, or stands as it was when the feed broke.</summary>
internal sealed class FeedStatus
{
    private volatile bool follows;

    /// <summary>True from a list, or the first word of a feed, until that feed breaks. While false, an unknown tenant may be one that was made meanwhile.</summary>
    public bool Follows { get => follows; set => follows = value; }
}
