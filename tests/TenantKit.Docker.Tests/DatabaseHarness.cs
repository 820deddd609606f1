using Microsoft.Extensions.DependencyInjection;

namespace TenantKit.Docker.Tests;

/// <summary>With the database image of eng/images.sh.</summary>
public sealed class DatabaseHarness : DockerHarness
{
    protected override void Use(ITenantKitBuilder builder) => builder.UseDocker(options =>
    {
        Apply(options);
        options.Database.Image = "tenantkit/mariadb:local";
        options.Database.MemoryBytes = 256L << 20;
    });
}
