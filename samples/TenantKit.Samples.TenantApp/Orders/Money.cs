namespace TenantKit.Samples.TenantApp.Orders;

/// <summary>Exact decimal money and its whole-number form.</summary>
internal static class Money
{
    /// <summary>The value as a whole number of 10^-<paramref name="scale"/>.</summary>
    public static long ToUnits(decimal value, byte scale) => decimal.ToInt64(value * Power(scale));

    /// <summary>The value of a whole number of 10^-<paramref name="scale"/>, written with all its digits.</summary>
    public static decimal FromUnits(long units, byte scale)
    {
        var size = (ulong)Math.Abs(units);
        return new decimal((int)(uint)size, (int)(uint)(size >> 32), 0, units < 0, scale);
    }

    /// <summary>Whether the value has no more digits than <paramref name="scale"/> after the point.</summary>
    public static bool Fits(decimal value, byte scale) => decimal.Round(value, scale) == value;

    /// <summary>Σ quantity × price, exact, rounded once: to two digits, half to even.</summary>
    public static decimal Total(IEnumerable<(decimal Quantity, decimal UnitPrice)> lines) =>
        decimal.Round(lines.Sum(line => line.Quantity * line.UnitPrice), 2, MidpointRounding.ToEven);

    private static decimal Power(byte scale) => scale switch { 2 => 100m, 3 => 1000m, _ => 10000m };
}
