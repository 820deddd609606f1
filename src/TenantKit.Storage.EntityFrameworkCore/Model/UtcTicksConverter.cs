using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace TenantKit.Storage.EntityFrameworkCore.Model;

/// <summary>A moment as its UTC ticks (100 ns since year 1): the offset goes, the moment stays exact.</summary>
internal sealed class UtcTicksConverter()
    : ValueConverter<DateTimeOffset, long>(moment => moment.UtcTicks, ticks => new DateTimeOffset(ticks, TimeSpan.Zero));
