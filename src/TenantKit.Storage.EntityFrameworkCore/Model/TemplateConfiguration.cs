using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TenantKit.Templates;

namespace TenantKit.Storage.EntityFrameworkCore.Model;

internal sealed class TemplateConfiguration : IEntityTypeConfiguration<Template>
{
    public void Configure(EntityTypeBuilder<Template> builder)
    {
        builder.ToTable("Templates").HasKey(template => new { template.Name, template.Version });
        builder.Property(template => template.Name).HasMaxLength(Lengths.Name);
        builder.Property(template => template.Version).ValueGeneratedNever();
        builder.Property(template => template.Command).HasJsonConversion();
        builder.Property(template => template.Environment).HasJsonConversion();
        builder.Property(template => template.Autoscale).HasJsonConversion();
        builder.Property(template => template.Probe).HasJsonConversion();
        builder.Property(template => template.Http).HasJsonConversion();
        builder.Property(template => template.AnonymousPaths).HasJsonConversion();
        builder.ComplexProperty(template => template.Resources, ResourceLimitsColumns.Configure);
    }
}
