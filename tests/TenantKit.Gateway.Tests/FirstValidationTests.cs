using System.ComponentModel.DataAnnotations;

namespace TenantKit.Gateway.Tests;

/// <summary>Hosts of one process that start at the same time validate their options without getting in each other's way.</summary>
public sealed class FirstValidationTests
{
    private const int Hosts = 8;

    [Fact]
    public async Task Validation_OfManyAtOnce_IsDoneByOneFirst()
    {
        await Task.WhenAll(Enumerable.Range(0, Hosts).Select(_ => Task.Factory.StartNew(
            () =>
            {
                Interlocked.Increment(ref FirstUseAttribute.Arrived);
                FirstValidation<Settings>.Ensure();
                var settings = new Settings();
                Validator.ValidateObject(settings, new ValidationContext(settings), validateAllProperties: true);
            },
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));

        Assert.Equal(Hosts + 1, FirstUseAttribute.Uses);
        Assert.Equal(0, FirstUseAttribute.InTheWay);
    }

    private sealed class Settings
    {
        [FirstUse]
        public string Value { get; set; } = "any";
    }

    /// <summary>Its first use lasts until all hosts are there and had every chance to use it too.</summary>
    [AttributeUsage(AttributeTargets.Property)]
    private sealed class FirstUseAttribute : ValidationAttribute
    {
        public static int Arrived;
        public static int Uses;
        public static int InTheWay;
        private static bool wasUsed;

        public override bool IsValid(object? value)
        {
            if (Interlocked.Increment(ref Uses) > 1)
            {
                if (!Volatile.Read(ref wasUsed))
                {
                    Interlocked.Increment(ref InTheWay);
                }

                return true;
            }

            for (var looks = 0; Volatile.Read(ref Arrived) < Hosts || (looks < 10_000 && Volatile.Read(ref InTheWay) == 0); looks++)
            {
                Thread.Yield();
            }

            Volatile.Write(ref wasUsed, true);
            return true;
        }
    }
}
