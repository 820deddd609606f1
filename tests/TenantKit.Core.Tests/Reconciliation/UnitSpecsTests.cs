using Microsoft.Extensions.Options;
using TenantKit.Reconciliation;
using TenantKit.Templates;
using TenantKit.Tenants;

namespace TenantKit.Core.Tests.Reconciliation;

public sealed class UnitSpecsTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Build_TellsWhetherTheUnitWasMade(bool provisioned)
    {
        var scene = new PlannerScene();
        scene.Status = scene.Status with { Provisioned = provisioned };
        var template = new Template { Name = "default", Version = 1, Image = "app", CreatedAt = PlannerScene.Now };

        var spec = new UnitSpecs(Options.Create(new TenantKitOptions())).Build(new TenantState(scene.Tenant, scene.Status, [], [], []), template);

        Assert.Equal(provisioned, spec.WasMade);
    }
}
