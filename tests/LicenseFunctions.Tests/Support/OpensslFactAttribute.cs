namespace LicenseFunctions.Tests.Support;

/// <summary>A test that runs OpenSSL: skipped with a reason where there is none, except under CI=true.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OpensslFactAttribute : FactAttribute
{
    public const string Program = "/usr/bin/openssl";

    public OpensslFactAttribute() => Skip =
        string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase) || File.Exists(Program)
            ? null
            : $"Needs {Program}; set CI=true to have this fail instead.";
}
