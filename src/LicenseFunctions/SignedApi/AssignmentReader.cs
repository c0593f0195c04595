using LicenseFunctions.Licensing;
using LicenseFunctions.Licensing.Claiming;

namespace LicenseFunctions.SignedApi;

/// <summary>
/// Reads what a random assignment asks for. Refused with 805 product unknown, 806 no generator where keys may have to be
/// made, or 825 incorrect data: that one it shares with the contracts, since it has no such code of its own.
/// </summary>
public sealed class AssignmentReader(ProductReference products, GeneratorReference generators)
{
    /// <summary>The order, or what to refuse it with.</summary>
    public async Task<(AssignmentOrder? Order, SignedAnswer? Refusal)> ReadAsync(SignedCall call, FieldErrors errors, CancellationToken cancel)
    {
        var fields = call.Fields;
        if (await products.FindAsync(fields, cancel).ConfigureAwait(false) is not { } product)
            return (null, SignedCall.Answer(ResultCodes.RandomAssignProductUnknown));
        // Whoever names a generator means it to be used, unless the call says otherwise.
        var mayGenerate = fields.IsSent(FieldNames.Generate) ? fields.Flag(FieldNames.Generate) : GeneratorReference.IsIn(fields);
        if (mayGenerate is null)
            errors.Say("generate", "Generate must be 1 for true or 0 for false.");
        var generator = mayGenerate == true ? await generators.FindAsync(fields, product.Id, cancel).ConfigureAwait(false) : null;
        if (mayGenerate == true && generator is null)
            return (null, SignedCall.Answer(ResultCodes.GeneratorUnknown));
        var quantity = Quantities.Read(fields, errors);
        var read = new LicenseFields(fields, errors);
        var owner = new Assignment(read.OwnerName(), read.OwnerEmail());
        return errors.Any
            ? (null, SignedCall.Answer(ResultCodes.ContractIncorrect, errors.WriteTexts))
            : (new((call.Operation?.Id ?? Guid.NewGuid()).ToString("N"), product.Id, generator, quantity, owner), null);
    }
}
