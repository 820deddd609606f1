using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace TenantKit.Control.Remote;

/// <summary>
/// The secret that control planes and gateways share. A file may hold several, one a line, so that it can be changed without a gap: all are
/// accepted, the first one is sent.
/// </summary>
/// <remarks>Thread-safe and immutable.</remarks>
public sealed class GatewayTokens
{
    /// <summary>Fewest characters of a token.</summary>
    public const int MinLength = 32;

    private const UnixFileMode OthersMayTouch =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private readonly string[] tokens;
    private readonly byte[][] hashes;

    private GatewayTokens(string[] tokens)
    {
        this.tokens = tokens;
        hashes = [.. tokens.Select(static token => SHA256.HashData(Encoding.UTF8.GetBytes(token)))];
    }

    /// <summary>The one to send. Secret.</summary>
    public string Current => tokens[0];

    /// <summary>Reads the token from settings.</summary>
    /// <param name="token">The token itself; null when a file has it.</param>
    /// <param name="tokenFile">The file; null when the token is given itself.</param>
    /// <param name="section">The configuration section both settings are in, for the error.</param>
    /// <param name="tokens">The tokens.</param>
    /// <param name="error">What is wrong and what to do, without the token.</param>
    /// <returns>True when there are tokens.</returns>
    public static bool TryRead(
        string? token, string? tokenFile, string section, [NotNullWhen(true)] out GatewayTokens? tokens, [NotNullWhen(false)] out string? error)
    {
        tokens = null;
        error = (token, tokenFile) switch
        {
            (null or "", null or "") =>
                $"No gateway token is set. Make one with: openssl rand -hex 32 > gateway.token; chmod 600 gateway.token. Name the file in {section}:TokenFile of every control plane and every gateway, or set {section}:Token.",
            (not (null or ""), not (null or "")) => $"Both {section}:Token and {section}:TokenFile are set. Keep one of them.",
            (null or "", _) => FileError(tokenFile!, section),
            _ => null,
        };
        if (error is not null)
        {
            return false;
        }

        string[] lines;
        try
        {
            lines = token is { Length: > 0 } ? [token] : [.. File.ReadLines(tokenFile!).Select(static line => line.Trim()).Where(static line => line.Length > 0)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            error = $"The token file '{tokenFile}' of {section}:TokenFile cannot be read: {exception.Message}";
            return false;
        }

        if (lines.Length == 0 || lines.Any(static line => line.Length < MinLength || line.Any(static c => c is <= ' ' or > '~')))
        {
            error = $"The gateway token of {section} is too short or has other characters than visible ASCII ones. Use at least {MinLength}, for instance of: openssl rand -hex 32.";
            return false;
        }

        tokens = new GatewayTokens(lines);
        return true;
    }

    /// <summary>The token that control planes and gateways make of the key file which they share (HKDF-SHA256, RFC 5869, of the private number).</summary>
    /// <param name="key">The private key, as <see cref="GatewayKeyFile"/> reads it.</param>
    /// <returns>The token, the only one.</returns>
    public static GatewayTokens FromKey(ECDsa key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var secret = key.ExportParameters(includePrivateParameters: true).D!;
        var token = Convert.ToHexStringLower(HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 32, info: "tenantkit gateway token"u8.ToArray()));
        CryptographicOperations.ZeroMemory(secret);
        return new GatewayTokens([token]);
    }

    /// <summary>Whether somebody presented one of the tokens. Takes the same time wherever it differs.</summary>
    /// <param name="presented">What was presented.</param>
    /// <returns>True when it is one of them.</returns>
    public bool Matches(string presented)
    {
        ArgumentNullException.ThrowIfNull(presented);
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(presented));
        var matches = false;
        foreach (var known in hashes)
        {
            matches |= CryptographicOperations.FixedTimeEquals(known, hash);
        }

        return matches;
    }

    /// <summary>Derives a key of 32 bytes from each token (HKDF-SHA256, RFC 5869), that of <see cref="Current"/> first.</summary>
    /// <param name="purpose">What the key is for; other purposes get other keys.</param>
    /// <param name="salt">The salt.</param>
    /// <returns>The keys.</returns>
    public IReadOnlyList<byte[]> DeriveKeys(string purpose, byte[] salt)
    {
        ArgumentNullException.ThrowIfNull(purpose);
        ArgumentNullException.ThrowIfNull(salt);
        return [.. tokens.Select(token => HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(token), 32, salt, Encoding.UTF8.GetBytes(purpose)))];
    }

    /// <inheritdoc/>
    public override string ToString() => $"{tokens.Length} gateway token(s)";

    private static string? FileError(string file, string section)
    {
        if (!File.Exists(file))
        {
            return $"The token file '{file}' of {section}:TokenFile does not exist. Make it with: openssl rand -hex 32 > '{file}'; chmod 600 '{file}', and copy it to every control plane and every gateway.";
        }

        return !OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & OthersMayTouch) != 0
            ? $"The token file '{file}' of {section}:TokenFile can be read by others. Run: chmod 600 '{file}'. If strangers may have read it, make a new token."
            : null;
    }
}
