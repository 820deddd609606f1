namespace TenantKit.Simulation.Steps;

/// <summary>Where in a call the process is gone.</summary>
internal enum Moment
{
    /// <summary>Before anything was sent.</summary>
    BeforeSent,

    /// <summary>The effect is there, the answer was never seen.</summary>
    AnswerLost,

    /// <summary>The answer was heard; what was to follow it may just be on its way.</summary>
    Answered,
}
