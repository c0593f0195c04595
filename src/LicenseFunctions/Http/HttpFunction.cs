using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Http;

/// <summary>One HTTP function, as its attributes describe it.</summary>
/// <remarks>What only its first request needs is made then: a start has some sixty of these and serves one.</remarks>
public sealed class HttpFunction(string name, HttpTriggerAttribute trigger, MethodInfo method)
{
    private ParameterInfo[]? _parameters;
    private MethodInvoker? _invoker;
    private TemplateMatcher? _matcher;
    private Endpoint? _endpoint;
    private object? _instance;
    private Func<HttpRequest, CancellationToken, Task<IResult>>? _direct;

    public string Name { get; } = name;

    public IReadOnlyList<string> Methods { get; } = trigger.Methods;

    /// <summary>The route below the prefix of host.json.</summary>
    public string Route { get; } = trigger.Route ?? name;

    public Type Type { get; } = method.DeclaringType!;

    /// <summary>Whether the route has parameters, and thus more paths than one.</summary>
    public bool HasParameters => Route.Contains('{');

    /// <summary>What ASP.NET's metrics take the name of the route from.</summary>
    public Endpoint Endpoint => _endpoint ??= new(null, new(new RouteName("/" + Route)), Name);

    public bool Takes(string method)
    {
        for (var i = 0; i < Methods.Count; i++)
        {
            if (HttpMethods.Equals(Methods[i], method))
                return true;
        }

        return false;
    }

    public bool Matches(PathString path, RouteValueDictionary values) =>
        (_matcher ??= new TemplateMatcher(TemplateParser.Parse(Route), [])).TryMatch(path, values);

    /// <summary>Runs the function; parameters that are neither the request nor the token come from the route.</summary>
    public Task<IResult> InvokeAsync(HttpContext context)
    {
        // Most take these two and nothing of their route: they need no list of arguments for each request.
        if (_direct is { } direct)
            return direct(context.Request, context.RequestAborted);
        // The functions keep no state, so one instance serves every request.
        _instance ??= ActivatorUtilities.CreateInstance(context.RequestServices, Type);
        var parameters = _parameters ??= method.GetParameters();
        if (parameters is [var request, var cancel] && request.ParameterType == typeof(HttpRequest) && cancel.ParameterType == typeof(CancellationToken))
            return (_direct = method.CreateDelegate<Func<HttpRequest, CancellationToken, Task<IResult>>>(_instance))(context.Request, context.RequestAborted);
        var arguments = new object?[parameters.Length];
        for (var i = 0; i < arguments.Length; i++)
        {
            arguments[i] = parameters[i].ParameterType == typeof(HttpRequest) ? context.Request
                : parameters[i].ParameterType == typeof(CancellationToken) ? context.RequestAborted
                : context.Request.RouteValues[parameters[i].Name!]?.ToString();
        }

        return (Task<IResult>)(_invoker ??= MethodInvoker.Create(method)).Invoke(_instance, arguments.AsSpan())!;
    }

    private sealed record RouteName(string Route) : IRouteDiagnosticsMetadata;
}
