using LicenseFunctions.Limits;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing;

/// <summary>What a request on a license comes with.</summary>
/// <param name="LicenseKey">As the caller sent it.</param>
/// <param name="Identifier">What the license is bound to; null when none was sent.</param>
/// <param name="Window">The window that the request is charged to.</param>
/// <param name="Admission">The caller's side.</param>
public sealed record LicenseRequest(string LicenseKey, string? Identifier, WindowRule Window, Admission Admission)
{
    public string? IdentifierHash { get; } = Identifier is null ? null : LicenseRows.Hash(Identifier);
}

/// <summary>
/// One request on one license. In this order: the caller is admitted, the license is known, its window has room, it stands
/// well enough, an identifier is there where one is needed; then what the request is about is decided.
/// </summary>
public abstract class LicenseWork(LicenseRequest request, Products products, TimeProvider time) : PartitionWork
{
    private IReadOnlyList<string>? _rowKeys;
    private bool _chargeStaged;
    private bool _charged;
    private (long Id, Product? Product)? _found;

    public LicenseRequest Request => request;

    /// <summary>False when the caller's side refused; then nothing else holds.</summary>
    public bool IsAdmitted { get; private set; } = true;

    public WindowVerdict Window { get; private set; }

    /// <summary>The standing as far as this work asks for it.</summary>
    public LicenseStanding Standing { get; private set; } = LicenseStanding.Unknown;

    public License? License { get; private set; }

    public Product? Product { get; private set; }

    /// <summary>The instant of the request, in Unix milliseconds.</summary>
    public long Now { get; private set; }

    public bool IsLimited => !Window.Admitted && Window.IsLimited;

    public bool LacksIdentifier => NeedsIdentifier && request.Identifier is null;

    public sealed override IReadOnlyList<string> RowKeys => _rowKeys ??=
        request.IdentifierHash is { } hash ? [LicenseRows.License, LicenseRows.Usage, .. OwnRows, .. IdentifierRows(hash)]
        : [LicenseRows.License, LicenseRows.Usage, .. OwnRows];

    public sealed override string HeadPrefix => LicenseRows.Head;

    /// <summary>A window whose charge is all that happens may be charged on remembered rows.</summary>
    public sealed override bool MayPresume => CanBeTakenBack && request.Admission.MayPresume;

    protected abstract LicenseRule Rule { get; }

    protected virtual bool NeedsIdentifier => false;

    /// <summary>True when nothing but counters change.</summary>
    protected virtual bool CanBeTakenBack => false;

    /// <summary>The rows that the work wants whether an identifier was sent or not.</summary>
    protected virtual IReadOnlyList<string> OwnRows => [];

    protected virtual IReadOnlyList<string> IdentifierRows(string identifierHash) => [];

    public sealed override async Task ReadyAsync(PartitionView view)
    {
        if (view.Find(LicenseRows.License) is { } row && !CanBeTakenBack)
            await FindProductAsync(row.GetNumber("product_id")).ConfigureAwait(false);
        await (CanBeTakenBack ? request.Admission.Accepted : request.Admission.Admitted).ConfigureAwait(false);
    }

    public sealed override void Decide(PartitionView view)
    {
        Now = time.GetUtcNow().ToUnixTimeMilliseconds();
        _chargeStaged = false;
        License = view.Find(LicenseRows.License) is { } row ? License.From(row) : null;
        Product = License is null ? null : RecallProduct(License.ProductId);
        Standing = Rule.StandingOf(License, Product, Now);
        IsAdmitted = !Refused(request.Admission.Accepted) && !Refused(request.Admission.Admitted);
        if (IsAdmitted && License is not null && !_charged)
        {
            Window = LicenseUsage.Charge(view, request.Window, Now);
            _chargeStaged = !IsLimited;
        }

        if (IsAdmitted && !IsLimited && Standing == LicenseStanding.Good && !LacksIdentifier)
            DecideBusiness(view, License!);
        else
            DecideNothing(view);
    }

    public override void Committed() => _charged |= _chargeStaged;

    public sealed override async Task<bool> ConfirmAsync()
    {
        if (!CanBeTakenBack)
            return true;
        if (License is not null && ReferenceEquals(Product, Products.Presumed))
            Product = await FindProductAsync(License.ProductId).ConfigureAwait(false);
        var admitted = await request.Admission.Admitted.ConfigureAwait(false);
        return admitted == IsAdmitted && Rule.StandingOf(License, Product, Now) == Standing;
    }

    /// <summary>Decides what the request is about, for a license that stands well enough.</summary>
    protected abstract void DecideBusiness(PartitionView view, License license);

    /// <summary>Takes back what an earlier decision counted, now that the request is refused.</summary>
    protected virtual void DecideNothing(PartitionView view)
    {
    }

    private async Task<Product?> FindProductAsync(long id)
    {
        var product = await products.FindAsync(id, CancellationToken.None).ConfigureAwait(false);
        _found = (id, product);
        return product;
    }

    /// <summary>The product as just read or remembered; else presumed to be as most are, until it is confirmed.</summary>
    private Product? RecallProduct(long id) =>
        _found is { } found && found.Id == id ? found.Product
        : products.TryRecall(id, out var known) ? known
        : Products.Presumed;

    private static bool Refused(Task<bool> side) => side.IsCompletedSuccessfully && !side.Result;
}
