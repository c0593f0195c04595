using System.Text;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Fuzz;

/// <summary>Clients that never come to an end, and one that sends far too much: others are served all the same.</summary>
[Collection(nameof(FuzzTests))]
public sealed class SlowClientTests
{
    private const int Clients = 60;

    [Fact]
    public async Task A_client_that_does_not_end_its_request_is_let_go_and_keeps_nobody_waiting()
    {
        await using var target = await FuzzTarget.StartAsync();
        using var patience = new CancellationTokenSource(Eventually.Patience);
        var heads = Enumerable.Range(0, Clients).Select(_ => DribbleAsync(target.Process.Address, "GET /verify HTTP/1.1\r\nHost: localhost\r\nX-A: ", patience.Token));
        var bodies = Enumerable.Range(0, Clients).Select(_ => DribbleAsync(
            target.Process.Address, "POST /activate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n{", patience.Token));
        var slow = heads.Concat(bodies).ToArray();

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => target.Process.Http.GetAsync(new Uri("/status?license_key=KEY-1", UriKind.Relative), patience.Token)));

        Assert.All(answers, answer => Assert.Equal(200, (int)answer.StatusCode));
        Assert.All(await Task.WhenAll(slow), status => Assert.Contains(status, (int[])[0, 400, 408]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Thirty_megabytes_are_refused_before_they_are_read(bool isChunked)
    {
        await using var target = await FuzzTarget.StartAsync();
        using var patience = new CancellationTokenSource(Eventually.Patience);
        using var connection = await RawConnection.OpenAsync(target.Process.Address);
        var (piece, before) = (new byte[64 * 1024], target.Process.WorkingSet);
        var framing = isChunked ? "Transfer-Encoding: chunked" : $"Content-Length: {480 * piece.Length}";
        await connection.SendAsync(Encoding.ASCII.GetBytes($"POST /api/v1/verify HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{framing}\r\n\r\n"), patience.Token);
        var reading = connection.ReadAsync(hasBody: true, patience.Token);
        for (var i = 0; i < 480 && !reading.IsCompleted; i++)
        {
            try
            {
                await connection.SendAsync(isChunked ? [.. "10000\r\n"u8, .. piece, .. "\r\n"u8] : piece, patience.Token);
            }
            catch (IOException)
            {
                break;
            }
        }

        Assert.Equal(413, (await reading)?.Status);
        Assert.InRange(target.Process.WorkingSet, 0, before + (64L << 20));
        connection.Dispose();
        await target.Process.StopAsync();
        Assert.DoesNotContain(target.Process.Output, line => line.Contains("fail:", StringComparison.Ordinal));
    }

    /// <summary>Sends a byte a second until the server has had enough; its answer, or 0 when it just closed.</summary>
    private static async Task<int> DribbleAsync(Uri address, string begin, CancellationToken cancel)
    {
        using var connection = await RawConnection.OpenAsync(address);
        try
        {
            await connection.SendAsync(Encoding.ASCII.GetBytes(begin), cancel);
            var reading = connection.ReadAsync(hasBody: true, cancel);
            while (await Task.WhenAny(reading, Task.Delay(1000, cancel)) != reading)
                await connection.SendAsync("a"u8.ToArray(), cancel);
            return (await reading)?.Status ?? 0;
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
