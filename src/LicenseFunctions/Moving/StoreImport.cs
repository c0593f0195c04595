using LicenseFunctions.Storage;

namespace LicenseFunctions.Moving;

/// <summary>What an import does about rows of the store.</summary>
public enum ImportMode
{
    /// <summary>Compares, and changes nothing.</summary>
    Compare,

    /// <summary>Adds what is missing; stops at the first row that differs. (Plans of signing keys never do: <see cref="MovedPlans"/>.)</summary>
    Add,

    /// <summary>Makes the store as the file says: what differs is replaced, what the file does not hold is removed.</summary>
    Overwrite,
}

/// <summary>
/// Brings the rows of a file into a store. Both are in the same order, so they are walked side by side: a page of the store
/// and a line of the file are all that is held. Begun again it finds what it had written equal, and goes on.
/// </summary>
public sealed class StoreImport(PatientStore store, MovedKeys keys)
{
    /// <summary>Walks the file.</summary>
    /// <param name="file">Read from where it stands to its end.</param>
    /// <param name="mode">What to do.</param>
    /// <param name="atOnce">How many transactions may be under way at once.</param>
    /// <param name="progress">Told of the rows so far, at each of them.</param>
    /// <param name="cancel">Ends it; what was written stays.</param>
    /// <exception cref="MoveRefusedException">The file is wrong; or a row differs and <paramref name="mode"/> is <see cref="ImportMode.Add"/>.</exception>
    public async Task<ImportSummary> RunAsync(Stream file, ImportMode mode, int atOnce, Action<long>? progress, CancellationToken cancel)
    {
        var summary = new ImportSummary();
        using var commits = new ImportCommits(store, atOnce, cancel);
        var rows = new ExportReader(file).ReadAsync(cancel).GetAsyncEnumerator(cancel);
        await using (rows.ConfigureAwait(false))
        {
            try
            {
                var more = await rows.MoveNextAsync().ConfigureAwait(false);
                foreach (var table in ExportedRows.Tables)
                    more = await WalkAsync(table, rows, more, new(mode, summary, keys, commits, progress), cancel).ConfigureAwait(false);
            }
            finally
            {
                // Whatever happened, nothing is under way any more when this returns.
                await commits.FinishAsync().ConfigureAwait(false);
            }
        }

        return summary;
    }

    /// <summary>Walks one table of both; answers whether the file has further rows.</summary>
    private async Task<bool> WalkAsync(string table, IAsyncEnumerator<MovedRow> rows, bool more, Walk walk, CancellationToken cancel)
    {
        var stored = store.ListAsync(new(table, null), cancel).GetAsyncEnumerator(cancel);
        await using (stored.ConfigureAwait(false))
        {
            var anyStored = await stored.MoveNextAsync().ConfigureAwait(false);
            while ((more && rows.Current.Table == table) || anyStored)
            {
                var order = !anyStored ? -1 : !more || rows.Current.Table != table ? 1
                    : ExportedRows.Compare(rows.Current.Partition, rows.Current.Insertion.Key, stored.Current.Partition, stored.Current.Key);
                if (order <= 0)
                    keys.Notice(rows.Current);
                await walk.MeetAsync(table, order <= 0 ? rows.Current : null, order >= 0 ? stored.Current : null).ConfigureAwait(false);
                // The next page of the store is read before anything is written that would stand in it.
                if (order >= 0)
                    anyStored = await stored.MoveNextAsync().ConfigureAwait(false);
                if (order <= 0)
                    more = await rows.MoveNextAsync().ConfigureAwait(false);
            }
        }

        return more;
    }

    /// <summary>What to do where a row of the file, a row of the store, or both stand at a place.</summary>
    private sealed class Walk(ImportMode mode, ImportSummary summary, MovedKeys keys, ImportCommits commits, Action<long>? progress)
    {
        public async ValueTask MeetAsync(string table, MovedRow? row, Row? stored)
        {
            var exported = stored is null ? null : ExportedRows.Of(table, stored);
            var isPlan = MovedPlans.IsOne(table, row?.Partition ?? stored!.Partition);
            if (isPlan)
            {
                var plan = keys.Notice(MovedPlans.Join(row, stored, keys.Now));
                row = row is null ? null : MovedPlans.LineOf(row, stored, plan);
            }

            if (row is null && isPlan)
                return;
            if (row is null)
            {
                if (exported is null)
                    return;
                summary.Others++;
                if (mode == ImportMode.Overwrite)
                    await commits.AddAsync(table, stored!.Partition, RowChange.Delete(stored.Key, stored.ETag)).ConfigureAwait(false);
                return;
            }

            summary.Rows++;
            progress?.Invoke(summary.Rows);
            if (exported is not null && exported.HoldsTheSameAs(row.Insertion.Values))
                summary.Equal++;
            else
                await WriteAsync(row, stored, isOther: exported is not null && !isPlan).ConfigureAwait(false);
        }

        private async ValueTask WriteAsync(MovedRow row, Row? stored, bool isOther)
        {
            if (isOther)
                summary.Differs(row);
            else
                summary.Missing++;
            if (isOther && mode == ImportMode.Add)
                throw new MoveRefusedException($"The store has another row in the place of one of the file: {summary.Named[0]}. Nothing after it was written; with --overwrite the file wins.");
            if (mode == ImportMode.Compare)
                return;
            var change = stored is null ? row.Insertion : RowChange.Replace(row.Insertion.Key, row.Insertion.Values, stored.ETag);
            await commits.AddAsync(row.Table, row.Partition, change).ConfigureAwait(false);
        }
    }
}
