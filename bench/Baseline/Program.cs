// What the self-host is held against: Kestrel that answers every request with the same JSON of a given size.
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

var size = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 32;
var body = Encoding.ASCII.GetBytes($$"""{"x":"{{new string('x', Math.Max(0, size - 8))}}"}""");
var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.ConfigureKestrel(server => server.AddServerHeader = false);
var app = builder.Build();
app.Run(async context =>
{
    context.Response.ContentType = "application/json";
    context.Response.ContentLength = body.Length;
    await context.Response.Body.WriteAsync(body, context.RequestAborted);
});
await app.RunAsync();
