using System.Diagnostics;

namespace TenantKit.EndToEnd.Tests;

/// <summary>Waits for what real processes do in their own time: asks again until it is so, or fails at a deadline.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public static async Task<T> GetAsync<T>(string what, TimeSpan within, Func<Task<T>> read, Func<T, bool> isSo)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var value = await read();
            if (isSo(value))
            {
                return value;
            }

            Assert.True(watch.Elapsed < within, $"Not so after {within.TotalSeconds} s: {what}. Last seen: {value}");
            await Task.Delay(Pause, TestContext.Current.CancellationToken);
        }
    }

    public static Task IsSoAsync(string what, TimeSpan within, Func<bool> isSo) =>
        GetAsync(what, within, () => Task.FromResult(isSo()), static value => value);

    public static Task IsSoAsync(string what, TimeSpan within, Func<Task<bool>> isSo) =>
        GetAsync(what, within, isSo, static value => value);
}
