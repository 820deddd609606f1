using System.Net;

namespace TenantKit.Gateway.Fairness;

/// <summary>An app's answer whose body is read by a <see cref="FairStream"/>. It has no headers of its own: they were taken from the answer before.</summary>
/// <param name="answer">The body as it came.</param>
internal sealed class FairContent(HttpContent answer) : HttpContent
{
    /// <summary>Whether a body is worth it: a long one, or one whose length is not known.</summary>
    public static bool IsWorthIt(HttpContent answer) => !(answer.Headers.ContentLength <= FairStream.Short);

    protected override async Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) => new FairStream(await answer.ReadAsStreamAsync(cancellationToken));

    protected override Task<Stream> CreateContentReadStreamAsync() => CreateContentReadStreamAsync(CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => answer.CopyToAsync(stream, context);

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            answer.Dispose();
        }

        base.Dispose(disposing);
    }
}
