using System.Buffers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace TenantKit.Agent.Proof;

/// <summary>The instance's key, read from its file when first needed and never logged.</summary>
internal sealed partial class InstanceKey(IOptions<TenantAgentOptions> options, ILogger<InstanceKey> logger)
{
    internal static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdefABCDEF");
    private byte[]? key;

    /// <summary>32 bytes; null when there is no readable key (the next call tries again).</summary>
    public byte[]? Read()
    {
        if (key is not null || options.Value.KeyFile is not { } path)
        {
            return key;
        }

        try
        {
            var text = File.ReadAllText(path).Trim();
            if (text.Length == 64 && !text.AsSpan().ContainsAnyExcept(Hex))
            {
                return key = Convert.FromHexString(text);
            }

            LogUnusable(path, "it does not hold 64 hexadecimal digits");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogUnusable(path, exception.Message);
        }

        return null;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The key file {Path} cannot be used: {Reason}. Set TENANTKIT_KEY_FILE to a file this process may read; until then there is neither registration nor identity proof.")]
    private partial void LogUnusable(string path, string reason);
}
