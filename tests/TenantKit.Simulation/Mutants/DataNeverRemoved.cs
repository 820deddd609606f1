namespace TenantKit.Simulation.Mutants;

/// <summary>Data stays for ever.</summary>
internal sealed class DataNeverRemoved : Mutant
{
    public override string Name => "data-never-removed";

    public override string Breaks => "data stays for ever";

    public override bool RewriteDeleteData(bool deleteData) => false;
}
