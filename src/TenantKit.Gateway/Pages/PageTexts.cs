using System.Collections.Frozen;
using System.Globalization;
using Microsoft.Extensions.Options;

namespace TenantKit.Gateway.Pages;

/// <summary>The texts of the gateway's pages: the built-in ones, or the host's own.</summary>
internal sealed class PageTexts(IOptions<TenantGatewayOptions> options)
{
    public const string StartingTitle = nameof(StartingTitle);
    public const string StartingHint = nameof(StartingHint);
    public const string StartingLabel = nameof(StartingLabel);
    public const string Waking = nameof(Waking);
    public const string Queued = nameof(Queued);
    public const string QueuedAt = nameof(QueuedAt);
    public const string Starting = nameof(Starting);
    public const string Started = nameof(Started);
    public const string Expected = nameof(Expected);
    public const string FailedTitle = nameof(FailedTitle);
    public const string FailedReason = nameof(FailedReason);
    public const string FailedHint = nameof(FailedHint);
    public const string SignInTitle = nameof(SignInTitle);
    public const string UserName = nameof(UserName);
    public const string Password = nameof(Password);
    public const string SignInButton = nameof(SignInButton);
    public const string WrongPassword = nameof(WrongPassword);
    public const string TooManyAttempts = nameof(TooManyAttempts);
    public const string SecondFactorNeeded = nameof(SecondFactorNeeded);
    public const string SignInUnavailable = nameof(SignInUnavailable);

    public static readonly FrozenDictionary<string, string> BuiltIn = new Dictionary<string, string>
    {
        [StartingTitle] = "{tenant} is starting",
        [StartingHint] = "This page goes on by itself as soon as it is ready.",
        [StartingLabel] = "Starting",
        [Waking] = "Step 1 of 3: waking it up.",
        [Queued] = "Step 1 of 3: waiting for a place among those that start.",
        [QueuedAt] = "Step 1 of 3: waiting for a place among those that start, {position} before it.",
        [Starting] = "Step 2 of 3: starting its container.",
        [Started] = "Step 3 of 3: started, waiting for it to be ready.",
        [Expected] = "About {seconds} seconds more.",
        [FailedTitle] = "{tenant} cannot start",
        [FailedReason] = "It could not be started ({reason}).",
        [FailedHint] = "Another try was asked for. This page looks again by itself.",
        [SignInTitle] = "Sign in",
        [UserName] = "User name",
        [Password] = "Password",
        [SignInButton] = "Sign in",
        [WrongPassword] = "The user name or the password is wrong.",
        [TooManyAttempts] = "Too many attempts. Please wait a little before you try again.",
        [SecondFactorNeeded] = "This account needs a second factor, which this page cannot take. Sign in through the admin API.",
        [SignInUnavailable] = "Sign-in is not possible at the moment. Please try again soon.",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>A text, not encoded.</summary>
    public string this[string name] => options.Value.Pages.Texts.TryGetValue(name, out var own) ? own : BuiltIn[name];

    /// <summary>A text with one name in braces filled in; not encoded.</summary>
    public string Fill(string name, string placeholder, object value) =>
        this[name].Replace($"{{{placeholder}}}", Convert.ToString(value, CultureInfo.InvariantCulture), StringComparison.OrdinalIgnoreCase);
}
