namespace TenantKit.Gateway.Forwarding;

/// <summary>One reading of a <see cref="RecordedBody"/>, from its beginning.</summary>
internal sealed class BodyReplay(RecordedBody body) : ReadOnlyStream
{
    private int position;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await body.ReadAsync(this, position, buffer, cancellationToken);
        position = (int)Math.Min((long)position + read, int.MaxValue / 2);
        return read;
    }
}
