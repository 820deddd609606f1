using Microsoft.Extensions.DependencyInjection;
using TenantKit.Control;
using TenantKit.Orchestration;
using TenantKit.Simulation.Parts;
using TenantKit.Storage;
using TenantKit.Testing.Virtual;

namespace TenantKit.Simulation.Mutants;

/// <summary>
/// A deliberately broken variant of the product, made by changing what goes through its own seams. This one changes nothing: the product as
/// it is.
/// </summary>
internal class Mutant
{
    public static Mutant None { get; } = new();

    /// <summary>Its name.</summary>
    public virtual string Name => "none";

    /// <summary>A fresh one of its kind: what a run left in it must not reach the next.</summary>
    public Mutant Again() => Name == None.Name ? None : Zoo.Find(Name)();

    /// <summary>What it breaks, in a sentence.</summary>
    public virtual string Breaks => "nothing";

    /// <summary>True when connections are not proven.</summary>
    public virtual bool SkipsProof => false;

    /// <summary>True when requests that write look to the gateway like those that read.</summary>
    public virtual bool RepeatsWrites => false;

    /// <summary>True when everybody looks like an administrator.</summary>
    public virtual bool LetsEverybodyIn => false;

    /// <summary>Gets to know the run.</summary>
    public virtual void Join(Cluster joined)
    {
    }

    /// <summary>Changes what a replica commits; null commits nothing and tells no one.</summary>
    public virtual ChangeSet? Rewrite(ChangeSet changes, Actor actor) => changes;

    /// <summary>Changes what a replica reads from the change log.</summary>
    public virtual IReadOnlyList<ChangeLogEntry> Rewrite(IReadOnlyList<ChangeLogEntry> entries) => entries;

    /// <summary>Changes what a replica wants to run.</summary>
    public virtual UnitSpec Rewrite(UnitSpec spec) => spec;

    public virtual bool RewriteDeleteData(bool deleteData) => deleteData;

    /// <summary>Changes what a gateway reports.</summary>
    public virtual ActivityReport Rewrite(ActivityReport report) => report;

    public virtual TenantKitOptions Rewrite(TenantKitOptions options) => options;

    /// <summary>Changes how an effect is carried out.</summary>
    public virtual Task<T> Around<T>(Func<Task<T>> effect) => effect();

    /// <summary>Replaces services of a replica; what is registered here wins.</summary>
    public virtual void Replace(IServiceCollection services, VirtualNode node)
    {
    }

    /// <summary>Replaces services of a gateway; what is registered here wins.</summary>
    public virtual void ReplaceInGateway(IServiceCollection services)
    {
    }
}
