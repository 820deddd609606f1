using TenantKit.Gateway.Forwarding;
using TenantKit.Gateway.Tests.Support;

namespace TenantKit.Gateway.Tests.Forwarding;

public sealed class RecordedBodyTests
{
    private const int Limit = 64 << 10;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4_096)]
    [InlineData(Limit - 1)]
    [InlineData(Limit)]
    public async Task Body_UpToTheLimit_CanBeReadAgain(int length)
    {
        var random = new SeededRandom();
        var content = Content(random, length);
        var body = new RecordedBody(new TrickleStream(content, random), Limit, TestContext.Current.CancellationToken);

        Assert.Equal(content, await ReadAsync(body.Open(), random));
        Assert.True(body.CanReplay);
        Assert.Equal(content, await ReadAsync(body.Open(), random));
    }

    [Fact]
    public async Task Body_OverTheLimit_PassesOnce()
    {
        var random = new SeededRandom();
        foreach (var length in new[] { Limit + 1, Limit * 3 })
        {
            var content = Content(random, length);
            var body = new RecordedBody(new TrickleStream(content, random), Limit, TestContext.Current.CancellationToken);

            Assert.Equal(content, await ReadAsync(body.Open(), random));
            Assert.False(body.CanReplay);
        }
    }

    [Fact]
    public async Task Reader_ThatIsLeftInTheMiddle_TakesNothingFromTheNext()
    {
        var random = new SeededRandom();
        for (var round = 0; round < 50; round++)
        {
            var content = Content(random, random.Between(1, Limit));
            var body = new RecordedBody(new TrickleStream(content, random), Limit, TestContext.Current.CancellationToken);
            var first = body.Open();
            await first.ReadAtLeastAsync(new byte[random.Between(1, content.Length)], 1, throwOnEndOfStream: false, TestContext.Current.CancellationToken);
            var left = first.ReadAsync(new byte[1000], TestContext.Current.CancellationToken);

            var again = await ReadAsync(body.Open(), random);
            Assert.True(Enumerable.SequenceEqual(content, again), $"seed {random.Seed}, round {round}");
            await Task.WhenAny(left.AsTask());
        }
    }

    private static byte[] Content(SeededRandom random, int length) => [.. Enumerable.Range(0, length).Select(_ => (byte)random.Next(256))];

    private static async Task<byte[]> ReadAsync(Stream stream, SeededRandom random)
    {
        var all = new MemoryStream();
        var buffer = new byte[random.Between(1, 100_000)];
        int read;
        _ = await stream.ReadAsync(Memory<byte>.Empty, TestContext.Current.CancellationToken); // waits for data, as forwarders do
        while ((read = await stream.ReadAsync(buffer, TestContext.Current.CancellationToken)) > 0)
        {
            all.Write(buffer, 0, read);
            _ = await stream.ReadAsync(Memory<byte>.Empty, TestContext.Current.CancellationToken);
        }

        return all.ToArray();
    }

    private sealed class TrickleStream(byte[] content, SeededRandom random) : MemoryStream(content)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            return Read(buffer.Span[..Math.Min(buffer.Length, random.Between(1, 20_000))]);
        }
    }
}
