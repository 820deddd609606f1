namespace TenantKit.Testing.Faults;

/// <summary>When a call fails.</summary>
public enum FaultMoment
{
    /// <summary>Before it has any effect.</summary>
    BeforeEffect,

    /// <summary>After its effect: the answer is lost.</summary>
    AfterEffect,

    /// <summary>Never answered: the call hangs, without effect, until it is cancelled.</summary>
    NeverAnswered,
}
