namespace TenantKit.Gateway.Routing;

/// <summary>Whether the table of routes stands as it was when the feed broke, or is being kept in step.</summary>
internal sealed class FeedStatus
{
    private volatile bool isBroken;

    /// <summary>True from when a feed broke until the first word of the next one, or a list. Meanwhile an unknown tenant may be one that was made since.</summary>
    public bool IsBroken { get => isBroken; set => isBroken = value; }
}
