using System.Runtime.ExceptionServices;
using LicenseFunctions.Licensing.Events;
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
    /// <summary>Set when the request names itself: its record is kept in the license's partition.</summary>
    public LicenseIdempotency? Idempotency { get; init; }

    /// <summary>
    /// Done with what will most likely be decided, before anything is changed: an API whose answers need something that
    /// may fail, such as a signature, makes sure of it here. What it throws fails the request, with nothing changed.
    /// </summary>
    public Func<LicenseWork, Task>? RehearseAsync { get; init; }

    /// <summary>Who shall be told when what is activated here is removed.</summary>
    public string? PostUrl { get; init; }

    private readonly RecentHash? _identifier = Identifier is null ? null : RecentHashes.Find(Identifier);

    public string? IdentifierHash => _identifier?.Hash;

    /// <summary>The row of what the identifier's activation has been used for.</summary>
    public string? UsageKey => _identifier?.UsageKey;
}

/// <summary>How a request on a license is recorded when it names itself.</summary>
/// <param name="Request">Its name and payload.</param>
/// <param name="Describe">The answer to what was decided, before it is committed together with it.</param>
/// <param name="TryClaimAsync">Claims the name for this payload, before anything is changed; false when another payload has it.</param>
public sealed record LicenseIdempotency(
    IdempotentRequest Request, Func<LicenseWork, RecordedAnswer> Describe, Func<Task<bool>> TryClaimAsync);

/// <summary>
/// One request on one license. In this order: the caller is admitted, the license is known, its window has room, it stands
/// well enough, an identifier is there where one is needed; then what the request is about is decided.
/// </summary>
public abstract class LicenseWork(LicenseRequest request, Products products, TimeProvider time) : PartitionWork
{
    private string[]? _rowKeys;
    private bool _chargeStaged;
    private bool _charged;
    private long? _rehearsedAt;
    private WindowVerdict? _full;
    private bool _isClaimed;
    private bool _isTaken;
    private (long Id, Product? Product)? _found;
    private ExceptionDispatchInfo? _failure;
    private string? _eventKey;

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

    /// <summary>The events that somebody wants to be told of.</summary>
    public WantedEvents Wanted { get; set; } = WantedEvents.None;

    /// <summary>Done once the caller is admitted and the license known, before anything is changed.</summary>
    public Func<Task>? BeforeChange { get; set; }

    public bool LacksIdentifier => NeedsIdentifier && request.Identifier is null;

    public sealed override IReadOnlyList<string> RowKeys => _rowKeys ??= request.Idempotency is { } idempotency
        ? [LicenseRows.License, LicenseRows.Usage, .. OwnRows, .. RowsOfIdentifier, idempotency.Request.RowKey]
        : [LicenseRows.License, LicenseRows.Usage, .. OwnRows, .. RowsOfIdentifier];

    private string[] RowsOfIdentifier => request.IdentifierHash is { } hash ? IdentifierRows(hash) : [];

    public sealed override string HeadPrefix => LicenseRows.Head;

    /// <summary>The license and its usage row, which come first.</summary>
    public override int HeadRows => 2;

    /// <summary>Every change of a license or of its activations changes the usage row too; see <see cref="LicenseUsage.Witness"/>.</summary>
    public sealed override string? Witness => LicenseRows.Usage;

    /// <summary>A window whose charge is all that happens may be charged on remembered rows.</summary>
    public sealed override bool MayPresume => IsTentative && request.Admission.MayPresume;

    /// <summary>The record of an earlier request of the same idempotency key; then nothing else was decided.</summary>
    public RecordedAnswer? Recorded { get; private set; }

    /// <summary>True when the earlier request had another payload.</summary>
    public bool IsOtherPayload { get; private set; }

    /// <summary>An answer that is recorded with its change cannot be taken back.</summary>
    private bool IsTentative => CanBeTakenBack && request.Idempotency is null;

    protected abstract LicenseRule Rule { get; }

    protected virtual bool NeedsIdentifier => false;

    /// <summary>True when others must learn of what may be decided.</summary>
    protected virtual bool NeedsMarker(PartitionView view) => true;

    /// <summary>True when nothing but counters change.</summary>
    protected virtual bool CanBeTakenBack => false;

    /// <summary>The rows that the work wants whether an identifier was sent or not.</summary>
    protected virtual string[] OwnRows => [];

    protected virtual string[] IdentifierRows(string identifierHash) => [];

    public sealed override async Task ReadyAsync(PartitionView view)
    {
        if (_failure is not null)
            return;
        _rehearsedAt = null;
        if (view.Find(LicenseRows.License) is { } row && !IsTentative)
            await FindProductAsync(row.GetNumber("product_id")).ConfigureAwait(false);
        var isAdmitted = await (IsTentative ? request.Admission.Accepted : request.Admission.Admitted).ConfigureAwait(false);
        if (!isAdmitted || view.Find(LicenseRows.License) is null)
            return;
        if (request.Idempotency is { } idempotency && await IsTakenAsync(idempotency, view).ConfigureAwait(false))
            return;
        if (BeforeChange is not null && NeedsMarker(view))
            await BeforeChange().ConfigureAwait(false);
        if (request.RehearseAsync is { } rehearse && !IsTentative)
        {
            Decide(view.Afresh());
            _rehearsedAt = Now;
            await rehearse(this).ConfigureAwait(false);
        }
    }

    public sealed override void Decide(PartitionView view)
    {
        Now = _rehearsedAt ?? time.GetUtcNow().ToUnixTimeMilliseconds();
        _chargeStaged = false;
        License = view.Find(LicenseRows.License) is { } row ? License.From(row) : null;
        Product = License is null ? null : RecallProduct(License.ProductId);
        Standing = Rule.StandingOf(License, Product, Now);
        IsAdmitted = _failure is null && !Refused(request.Admission.Accepted) && !Refused(request.Admission.Admitted);
        if (IsAdmitted && License is not null && !_charged)
        {
            Window = _full ?? LicenseUsage.Charge(view, request.Window, Now);
            _chargeStaged = !IsLimited;
        }

        var hasRoom = IsAdmitted && !IsLimited;
        if (TakeRecord(hasRoom ? FindRecord(view) : null) || (IsOtherPayload = hasRoom && _isTaken))
            return;
        if (hasRoom && Standing == LicenseStanding.Good && !LacksIdentifier)
            DecideBusiness(view, License!);
        else
            DecideNothing(view);
        if (request.Idempotency is { } idempotency && hasRoom && License is not null)
            view.Set(idempotency.Request.RowKey, idempotency.Request.ToValues(idempotency.Describe(this), Now));
        LicenseUsage.Witness(view);
    }

    /// <summary>
    /// Whether another payload has the request's name. A request that its window has no room for claims nothing; it stays
    /// refused should there be room a moment later, since nobody may act without the claim.
    /// </summary>
    private async Task<bool> IsTakenAsync(LicenseIdempotency idempotency, PartitionView view)
    {
        (_full, _isTaken) = (null, false);
        if (_isClaimed || FindRecord(view) is not null)
            return false;
        var room = _charged ? Window : LicenseUsage.Charge(view.Afresh(), request.Window, time.GetUtcNow().ToUnixTimeMilliseconds());
        if (room.Admitted)
            _isTaken = !(_isClaimed = await idempotency.TryClaimAsync().ConfigureAwait(false));
        else
            _full = room;
        return _isTaken;
    }

    private bool TakeRecord(RowValues? record)
    {
        Recorded = record is null ? null : IdempotentRequest.AnswerOf(record);
        IsOtherPayload = record is not null && !request.Idempotency!.Request.IsOf(record);
        return record is not null;
    }

    private RowValues? FindRecord(PartitionView view) =>
        request.Idempotency is { } idempotency && view.Find(idempotency.Request.RowKey) is { } record
            && IdempotentRequest.IsHolding(record, time.GetUtcNow().ToUnixTimeMilliseconds()) ? record : null;

    public override void Committed() => _charged |= _chargeStaged;

    /// <summary>A product that was presumed has to be read; what else is confirmed is on its way since the request began.</summary>
    public sealed override bool ConfirmsAlongside => IsTentative && License is not null && ReferenceEquals(Product, Products.Presumed);

    public sealed override async Task<bool> ConfirmAsync()
    {
        if (!IsTentative)
            return true;
        _failure?.Throw();
        try
        {
            if (License is not null && ReferenceEquals(Product, Products.Presumed))
                Product = await FindProductAsync(License.ProductId).ConfigureAwait(false);
            var admitted = await request.Admission.Admitted.ConfigureAwait(false);
            return admitted == IsAdmitted && Rule.StandingOf(License, Product, Now) == Standing;
        }
#pragma warning disable CA1031 // Thrown by the next confirmation, once what was counted is taken back.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _failure = ExceptionDispatchInfo.Capture(e);
            return false;
        }
    }

    /// <summary>Decides what the request is about, for a license that stands well enough.</summary>
    protected abstract void DecideBusiness(PartitionView view, License license);

    /// <summary>Stages the row that tells of events, if anybody wants one of them. Once a decision.</summary>
    protected void Raise(PartitionView view, License license, IReadOnlyList<string> names, ActivationDetail? detail = null)
    {
        var wanted = Wanted.Of(names);
        if (wanted.Count > 0 || detail?.PostUrl is not null)
            view.Set(_eventKey ??= EventRows.NewKey(), EventRows.Of(license, wanted, Now, detail));
    }

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
