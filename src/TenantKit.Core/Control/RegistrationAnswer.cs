namespace TenantKit.Control;

/// <summary>Whether a registration was accepted.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Message">What is wrong and what to do; null when accepted.</param>
public sealed record RegistrationAnswer(RegistrationOutcome Outcome, string? Message = null);
