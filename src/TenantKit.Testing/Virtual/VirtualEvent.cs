namespace TenantKit.Testing.Virtual;

/// <summary>Something that is to run on a node at a virtual time.</summary>
internal readonly record struct VirtualEvent(long At, ulong Tie, long Number, VirtualNode Node, SendOrPostCallback Callback, object? State, VirtualTimer? Timer, int Version)
{
    /// <summary>Order: time first, then the drawn lot, then the order of scheduling.</summary>
    public bool IsBefore(in VirtualEvent other) =>
        At != other.At ? At < other.At : Tie != other.Tie ? Tie < other.Tie : Number < other.Number;
}
