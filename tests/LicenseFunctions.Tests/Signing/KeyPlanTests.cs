using LicenseFunctions.Signing;

namespace LicenseFunctions.Tests.Signing;

/// <summary>Two plans of one name become one.</summary>
public sealed class KeyPlanTests
{
    private const long Now = 1_000;

    private static readonly PlannedVersion First = new("v1", "kid1", 0) { From = 0 };
    private static readonly PlannedVersion Second = new("v2", "kid2", 100);

    [Fact]
    public void What_either_has_switched_to_or_retired_stays_so()
    {
        var before = new KeyPlan("global", [First]);
        var after = new KeyPlan("global", [First with { RetiredAt = 500 }, Second with { From = 400 }]);

        foreach (var joined in (KeyPlan[])[before.Join(after, Now), after.Join(before, Now)])
        {
            Assert.Equal("kid2", joined.CurrentAt(Now)!.KeyId);
            Assert.Equal(["kid2"], joined.Versions.Where(version => version.IsPublished).Select(version => version.KeyId));
        }

        Assert.Equal(after.Versions, after.Join(before, Now).Versions);
    }

    [Theory]
    [InlineData(400L, 600L, 600L)] // It was switched back to.
    [InlineData(400L, 2_000L, 400L)] // It was to switch later, and was told to switch at once.
    [InlineData(3_000L, 2_000L, 2_000L)]
    [InlineData(null, 2_000L, 2_000L)]
    public void Of_two_instants_of_one_version_one_counts(long? one, long? other, long expected)
    {
        var (mine, yours) = (new KeyPlan("global", [Second with { From = one }]), new KeyPlan("global", [Second with { From = other }]));

        Assert.Equal(expected, Assert.Single(mine.Join(yours, Now).Versions).From);
        Assert.Equal(expected, Assert.Single(yours.Join(mine, Now).Versions).From);
    }

    [Fact]
    public void A_key_that_another_signer_calls_otherwise_is_the_same_key()
    {
        var here = new KeyPlan("global", [new("here", "kid2", 700)]);

        var joined = here.Join(new("global", [First, Second with { From = 400 }, First with { Version = "v0", RetiredAt = 300 }]), Now);

        Assert.Equal([("here", 400L), ("v1", 0L)], joined.Versions.Select(version => (version.Version, version.From!.Value)));
        Assert.All(joined.Versions, version => Assert.True(version.IsPublished));
    }
}
