using LicenseFunctions.KeyRotation;
using LicenseFunctions.Licensing;
using LicenseFunctions.Licensing.Claiming;
using LicenseFunctions.Licensing.Listing;
using LicenseFunctions.Limits;
using LicenseFunctions.Signing;
using LicenseFunctions.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Checks;

/// <summary>One check of one table.</summary>
/// <param name="Table">Whose rows it sees.</param>
/// <param name="Make">Makes it for a run.</param>
public sealed record StoreCheck(string Table, Func<IServiceProvider, CheckRun, ITableCheck> Make);

/// <summary>The table of checks. (That every row can be read is looked at for every table, before these: <see cref="RowShapes"/>.)</summary>
public static class StoreChecks
{
    public static IReadOnlyList<StoreCheck> All { get; } =
    [
        new(TableNames.Idempotency, (services, run) => new UnderWayCheck(
            run, services.GetRequiredService<CreationPlans>(), services.GetRequiredService<RandomAssignment>(), services.GetRequiredService<IdempotencyKeys>())),
        new(TableNames.Licenses, (services, run) => new OutboxCheck(TableNames.Licenses, run, services.GetRequiredService<LicenseOutbox>())),
        new(TableNames.Licenses, (_, run) => new ActivationsCheck(run)),
        new(TableNames.Licenses, (_, run) => new NumbersCheck(run)),
        new(TableNames.Licenses, (_, run) => new ListedCheck(run)),
        new(TableNames.Licenses, (_, run) => new RecordsCheck(run)),
        new(TableNames.Listing, (services, run) => new MarkersCheck(run, services.GetRequiredService<LicenseOutbox>())),
        new(TableNames.Listing, (_, run) => new ListRowsCheck(run)),
        new(TableNames.Listing, (_, run) => new ListCountsCheck(run)),
        new(TableNames.Catalog, (services, run) => new OutboxCheck(TableNames.Catalog, run, services.GetRequiredService<LicenseOutbox>())),
        new(TableNames.Catalog, (_, run) => new CatalogCheck(run)),
        new(TableNames.Catalog, (_, run) => new QuotaCheck(run)),
        new(TableNames.Catalog, (services, run) => new SigningKeysCheck(run, services.GetRequiredService<ISigner>())),
        new(TableNames.Access, (services, run) => new CopiesCheck(
            run, TableNames.Access, "block rules", services.GetRequiredService<AccessRules>().FinishChangesAsync)),
        new(TableNames.ApiKeys, (services, run) => new CopiesCheck(
            run, TableNames.ApiKeys, "API keys", services.GetRequiredService<ApiKeys>().FinishChangesAsync)),
        new(TableNames.ApiKeys, (services, run) => new PinsCheck(run, services.GetRequiredService<SigningKeyRotation>())),
        new(TableNames.Webhooks, (_, run) => new DeliveriesCheck(run)),
        new(TableNames.Telemetry, (_, run) => new TelemetryCheck(run)),
    ];

    /// <summary>
    /// Every table, in the order in which they are read: what is under way first, since mending that brings lists up to
    /// date; licenses before the lists that follow them.
    /// </summary>
    public static IReadOnlyList<string> Tables { get; } = [.. All.Select(check => check.Table).Concat(TableNames.All).Distinct()];

    public static IReadOnlyList<ITableCheck> Of(string table, IServiceProvider services, CheckRun run) =>
        [.. All.Where(check => check.Table == table).Select(check => check.Make(services, run))];
}
