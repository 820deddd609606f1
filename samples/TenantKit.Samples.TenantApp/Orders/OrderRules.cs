using TenantKit.Samples.TenantApp.Answers;
using TenantKit.Samples.TenantApp.Customers;

namespace TenantKit.Samples.TenantApp.Orders;

/// <summary>What an order may hold.</summary>
internal static class OrderRules
{
    public const int MaxLines = 200;
    public const decimal Max = 1_000_000m;

    public static void Check(OrderInput input)
    {
        var errors = new Dictionary<string, string[]>();
        void Add(string field, string? error)
        {
            if (error is not null)
            {
                errors[field] = [error];
            }
        }

        Add("customer", CustomerRules.CheckName(input.Customer));
        Add("lines", input.Lines is { Count: >= 1 and <= MaxLines } ? null : $"From 1 to {MaxLines} lines are needed.");
        for (var i = 0; errors.Count < 20 && i < Math.Min(input.Lines?.Count ?? 0, MaxLines); i++)
        {
            var line = input.Lines![i];
            Add($"lines[{i}].product", CustomerRules.CheckName(line?.Product));
            Add($"lines[{i}].quantity", line?.Quantity is > 0 and <= Max && Money.Fits(line.Quantity.Value, 3) ? null : "More than 0, at most 1000000, up to three digits after the point.");
            Add($"lines[{i}].unitPrice", line?.UnitPrice is >= 0 and <= Max && Money.Fits(line.UnitPrice.Value, 4) ? null : "From 0 to 1000000, up to four digits after the point.");
        }

        if (errors.Count > 0)
        {
            throw ProblemException.Invalid(errors);
        }
    }
}
