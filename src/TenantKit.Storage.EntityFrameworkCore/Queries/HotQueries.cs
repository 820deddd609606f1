using Microsoft.EntityFrameworkCore;
using TenantKit.Operations;
using TenantKit.Storage.EntityFrameworkCore.Model;
using TenantKit.Templates;
using TenantKit.Tenants;
using TenantKit.Users;

namespace TenantKit.Storage.EntityFrameworkCore.Queries;

/// <summary>Single rows that every request or pass asks for, compiled once.</summary>
internal static class HotQueries
{
    public static readonly Func<TenantKitDbContext, string, CancellationToken, Task<User?>> UserById = EF.CompileAsyncQuery(
        (TenantKitDbContext context, string id, CancellationToken _) => context.Set<User>().SingleOrDefault(user => user.Id == id));

    public static readonly Func<TenantKitDbContext, string, CancellationToken, Task<User?>> UserByNameKey = EF.CompileAsyncQuery(
        (TenantKitDbContext context, string name, CancellationToken _) =>
            context.Set<User>().SingleOrDefault(user => EF.Property<string>(user, NameKey.Column) == name && user.DeletedAt == null));

    public static readonly Func<TenantKitDbContext, string, CancellationToken, Task<Tenant?>> TenantByNameKey = EF.CompileAsyncQuery(
        (TenantKitDbContext context, string name, CancellationToken _) =>
            context.Set<Tenant>().SingleOrDefault(tenant => EF.Property<string>(tenant, NameKey.Column) == name && tenant.Desired != DesiredState.Deleted));

    public static readonly Func<TenantKitDbContext, string, int, CancellationToken, Task<Template?>> TemplateVersion = EF.CompileAsyncQuery(
        (TenantKitDbContext context, string name, int version, CancellationToken _) =>
            context.Set<Template>().SingleOrDefault(template => template.Name == name && template.Version == version));

    public static readonly Func<TenantKitDbContext, string, CancellationToken, Task<Template?>> LatestTemplate = EF.CompileAsyncQuery(
        (TenantKitDbContext context, string name, CancellationToken _) =>
            context.Set<Template>().Where(template => template.Name == name).OrderByDescending(template => template.Version).FirstOrDefault());

    public static readonly Func<TenantKitDbContext, string, CancellationToken, Task<Operation?>> OperationById = EF.CompileAsyncQuery(
        (TenantKitDbContext context, string id, CancellationToken _) => context.Set<Operation>().SingleOrDefault(operation => operation.Id == id));
}
