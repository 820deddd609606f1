using TenantKit.Storage;
using Xunit;

namespace TenantKit.Testing.Contracts;

/// <summary>What <see cref="ITemplateReader"/> promises.</summary>
public abstract class StoreTemplateConformance : TenantStoreConformance
{
    /// <summary>What does not exist is null or empty, not an error.</summary>
    [Fact]
    public async Task Find_Unknown_IsNull()
    {
        Assert.Null(await Store.FindTemplateAsync("small", 1, Stop));
        Assert.Null(await Store.FindLatestTemplateAsync("small", Stop));
        Assert.Empty(await Store.ListTemplateVersionsAsync("small", Stop));
        Assert.Empty((await Store.ListTemplatesAsync(new PageRequest(5), Stop)).Items);
    }

    /// <summary>Versions are ordered as numbers, not as text.</summary>
    [Fact]
    public async Task FindLatestTemplateAsync_TenVersions_GivesTheTenth()
    {
        await PutAsync([.. Enumerable.Range(1, 10).Select(static version => TestRecords.Template("small", version))]);

        Assert.Equal(10, (await Store.FindLatestTemplateAsync("small", Stop))!.Version);
        Assert.Equal(9, (await Store.FindTemplateAsync("small", 9, Stop))!.Version);
        Assert.Null(await Store.FindTemplateAsync("small", 11, Stop));
        Assert.Equal(Enumerable.Range(1, 10).Reverse(), (await Store.ListTemplateVersionsAsync("small", Stop)).Select(static template => template.Version));
    }

    /// <summary>The list has the newest version of each name, in order, in pages; withdrawn templates are found, but not listed.</summary>
    [Fact]
    public async Task ListTemplatesAsync_Withdrawn_AreLeftOut()
    {
        await PutAsync(
            TestRecords.Template("c"), TestRecords.Template("c", 2), TestRecords.Template("a"), TestRecords.Template("b"),
            TestRecords.Template("b", 2) with { DeletedAt = TestRecords.Moment }, TestRecords.Template("d", 12), TestRecords.Template("d", 3));

        var listed = await AllAsync(page => Store.ListTemplatesAsync(page, Stop), 1);

        Assert.Equal([("a", 1), ("c", 2), ("d", 12)], listed.Select(static template => (template.Name, template.Version)));
        Assert.Equal(TestRecords.Moment, (await Store.FindLatestTemplateAsync("b", Stop))!.DeletedAt);
    }

    /// <summary>Of many that publish the same version at once, one wins.</summary>
    [Fact]
    public async Task CommitAsync_ManyPublishOneVersion_OneWins()
    {
        var won = await AtOnceAsync(20, async number =>
        {
            try
            {
                await PutAsync(TestRecords.Template("small", 4) with { Port = 9000 + number });
                return true;
            }
            catch (RevisionConflictException)
            {
                return false;
            }
        });

        Assert.Single(won, static each => each);
        Assert.Equal(9000 + Array.IndexOf(won, true), (await Store.FindTemplateAsync("small", 4, Stop))!.Port);
    }
}
