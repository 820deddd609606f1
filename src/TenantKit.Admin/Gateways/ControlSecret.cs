using TenantKit.Control.Remote;

namespace TenantKit.Admin.Gateways;

/// <summary>The secret shared with the gateways: a token that is set, or the one made of the key file that all gateways share.</summary>
internal static class ControlSecret
{
    private const string KeySetting = TenantControlOptions.SectionName + ":" + nameof(TenantControlOptions.KeyDirectory);

    /// <summary>Reads it; makes the key file at the first start.</summary>
    /// <exception cref="InvalidOperationException">There is none; the message says what to do.</exception>
    public static GatewayTokens Read(TenantControlOptions options)
    {
        if (UsesKey(options))
        {
            using var key = GatewayKeyFile.ReadOrCreate(options.KeyDirectory!, KeySetting);
            return GatewayTokens.FromKey(key);
        }

        return GatewayTokens.TryRead(options.Token, options.TokenFile, TenantControlOptions.SectionName, out var tokens, out var error)
            ? tokens
            : throw new InvalidOperationException(error);
    }

    /// <summary>What is wrong and what to do, without making anything; null when nothing is.</summary>
    public static string? Judge(TenantControlOptions options)
    {
        if (!UsesKey(options))
        {
            return options is { Token: null or "", TokenFile: null or "" }
                ? $"No gateway token is set. Name in {KeySetting} the folder in which {GatewayKeyFile.FileName} is kept, which every gateway needs a copy of; it is made at the first start. Or set {TenantControlOptions.SectionName}:TokenFile."
                : GatewayTokens.TryRead(options.Token, options.TokenFile, TenantControlOptions.SectionName, out _, out var error) ? null : error;
        }

        if (!File.Exists(Path.Combine(options.KeyDirectory!, GatewayKeyFile.FileName)))
        {
            return null;
        }

        try
        {
            GatewayKeyFile.Read(options.KeyDirectory!, KeySetting).Dispose();
            return null;
        }
        catch (InvalidOperationException exception)
        {
            return exception.Message;
        }
    }

    private static bool UsesKey(TenantControlOptions options) => options is { Token: null or "", TokenFile: null or "", KeyDirectory.Length: > 0 };
}
