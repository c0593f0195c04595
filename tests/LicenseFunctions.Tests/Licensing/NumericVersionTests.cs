using LicenseFunctions.Licensing;

namespace LicenseFunctions.Tests.Licensing;

public sealed class NumericVersionTests
{
    [Theory]
    [InlineData("1.0.2", 102)]
    [InlineData("v10.1.2", 1012)]
    [InlineData("2.0.0-beta.3", 2003)]
    [InlineData("0.1", 1)]
    [InlineData("2024.02.27.123456789", 202402271234)]
    [InlineData("1.0.٢", 10)]
    public void A_version_is_its_digits_one_after_the_other(string version, long number)
    {
        Assert.Equal(number, NumericVersion.CandidatesFor(version).First());
    }

    [Fact]
    public void Every_candidate_is_a_number_that_clients_read_exactly()
    {
        Assert.All(NumericVersion.CandidatesFor("999999999999"), number => Assert.True(number < 1L << 53));
    }

    [Theory]
    [InlineData("beta")]
    [InlineData("٢")]
    public void A_version_without_a_digit_has_no_number(string version)
    {
        Assert.False(NumericVersion.CanBeMadeOf(version));
    }
}
