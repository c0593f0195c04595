using System.CommandLine;
using System.Text.Json.Nodes;
using LicenseFunctions.Licensing;

namespace LicenseFunctions.Cli.Commands;

/// <summary><c>licensectl license …</c></summary>
internal static class LicenseCommands
{
    // An operator is counted in no window, and nothing on his side refuses.
    private static readonly WindowRule Unlimited = new("", 0);
    private static readonly Admission Operator = Admission.Under(Task.FromResult(true));

    public static Command All() => new("license", "Licenses, by their keys")
    {
        Show(),
        Change("suspend", "Make a license unusable until it is reinstated", StatusChange.Suspend),
        Change("revoke", "Take a license away", StatusChange.Revoke),
        Change("reinstate", "Make a suspended, revoked or blocked license usable again", StatusChange.Reinstate),
        LicenseFeatureCommands.All(),
        LicenseImportCommand.Import(),
    };

    private static StoreCommand Show()
    {
        var key = Key();
        return new StoreCommand("show", "Show a license with its activations", async run =>
        {
            var licenses = run.Service<Licenses>();
            var found = await licenses.ReadAnyAsync(Request(run.Value(key))).ConfigureAwait(false);
            if (found.License is not { } license)
                return Unknown;
            var document = Documents.Of(license, found.Product);
            document["verification_count"] = found.Totals.Count;
            document["last_verified_at"] = Documents.Instant(found.Totals.LastAt);
            document["features"] = await LicenseFeatureCommands.ValuesAsync(run, license).ConfigureAwait(false);
            var activations = await licenses.ActivationsOfAsync(license, run.Cancel).ConfigureAwait(false);
            document["activations"] = new JsonArray([.. activations.Select(Documents.Of)]);
            return Answer.Of(document);
        }) { key };
    }

    private static StoreCommand Change(string name, string description, StatusChange change)
    {
        var key = Key();
        return new StoreCommand(name, description, async run =>
        {
            License? changed = null;
            var work = await run.Service<Licenses>().ChangeAsync(
                Request(run.Value(key)), (license, now) => changed = change.Apply(license, now)).ConfigureAwait(false);
            return work.License is not { } before ? Unknown
                : change.Allows(before) ? Answer.Of(Documents.Of(changed ?? before, work.Product), $"License {before.Key} is {change.To.ToWire()}.")
                : Answer.Failed($"The license is {before.Status.ToWire()}; {name} is for one that is {Either(change.From)}.");
        }) { key };
    }

    public static Answer Unknown { get; } = Answer.Failed("There is no license with this key; look for a typing error.");

    /// <summary>How every command names a license.</summary>
    public static Argument<string> Key() => new("KEY") { Description = "The license key; put -- before one that begins with a hyphen" };

    public static LicenseRequest Request(string key) => new(key, null, Unlimited, Operator);

    private static string Either(IReadOnlyList<LicenseStatus> statuses) =>
        string.Join(", ", statuses.SkipLast(1).Select(LicenseStatuses.ToWire)) + " or " + statuses[^1].ToWire();
}
