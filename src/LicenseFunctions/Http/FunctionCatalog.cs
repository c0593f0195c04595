using System.Reflection;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.Http;

/// <summary>Every HTTP function of this assembly. What the Functions host reads from their attributes, the self-host does too.</summary>
public sealed class FunctionCatalog
{
    /// <summary>Where functions are; the types of all other folders need not be looked at.</summary>
    private const string Folder = ".Functions";

    private static readonly Lazy<List<(string Name, MethodInfo Method)>> Functions = new(ReadFunctions);

    private readonly List<HttpFunction> _all = [];
    private readonly Dictionary<string, List<HttpFunction>> _byPath = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<HttpFunction> _withParameters = [];

    public FunctionCatalog()
    {
        foreach (var (name, trigger, method) in Triggered<HttpTriggerAttribute>())
            Add(new HttpFunction(name, trigger, method));
    }

    public IReadOnlyList<HttpFunction> All => _all;

    /// <summary>The function that serves a method and path; null when there is none.</summary>
    /// <remarks>Letters are compared without case and a slash at the end is overlooked, as ASP.NET's routing does.</remarks>
    public HttpFunction? Find(string method, PathString path, RouteValueDictionary values) =>
        Exactly(path) is { } functions ? Of(functions, method) : Matching(method, path, values);

    /// <summary>The same for a request, which is given the values of the route when it has parameters.</summary>
    /// <param name="request">The request.</param>
    /// <param name="path">Its path below the prefix of host.json.</param>
    public HttpFunction? Find(HttpRequest request, PathString path) =>
        Exactly(path) is { } functions ? Of(functions, request.Method) : Matching(request.Method, path, request.RouteValues);

    /// <summary>The functions of this assembly that have a trigger of a kind: their name, the trigger, their method.</summary>
    public static IReadOnlyList<(string Name, TTrigger Trigger, MethodInfo Method)> Triggered<TTrigger>()
        where TTrigger : Attribute
    {
        var found = new List<(string, TTrigger, MethodInfo)>();
        foreach (var (name, method) in Functions.Value)
        {
            if (TriggerOf<TTrigger>(method) is { } trigger)
                found.Add((name, trigger, method));
        }

        return found;
    }

    private static List<(string Name, MethodInfo Method)> ReadFunctions()
    {
        var found = new List<(string, MethodInfo)>();
        foreach (var type in typeof(FunctionCatalog).Assembly.GetTypes())
        {
            if (type.IsNested || type.Namespace is null || !type.Namespace.EndsWith(Folder, StringComparison.Ordinal))
                continue;
            foreach (var method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            {
                if (method.GetCustomAttribute<FunctionAttribute>() is { } function)
                    found.Add((function.Name, method));
            }
        }

        return found;
    }

    private static TTrigger? TriggerOf<TTrigger>(MethodInfo method)
        where TTrigger : Attribute
    {
        foreach (var parameter in method.GetParameters())
        {
            if (parameter.GetCustomAttribute<TTrigger>() is { } trigger)
                return trigger;
        }

        return null;
    }

    private List<HttpFunction>? Exactly(PathString path) =>
        path.Value is { Length: > 1 } text ? _byPath.GetValueOrDefault(text[^1] == '/' ? text[..^1] : text) : null;

    private HttpFunction? Matching(string method, PathString path, RouteValueDictionary values)
    {
        foreach (var function in _withParameters)
        {
            if (function.Takes(method) && function.Matches(path, values))
                return function;
            values.Clear();
        }

        return null;
    }

    private static HttpFunction? Of(List<HttpFunction> functions, string method)
    {
        foreach (var function in functions)
        {
            if (function.Takes(method))
                return function;
        }

        return null;
    }

    private void Add(HttpFunction function)
    {
        _all.Add(function);
        if (function.HasParameters)
        {
            _withParameters.Add(function);
            return;
        }

        var path = "/" + function.Route;
        if (_byPath.TryGetValue(path, out var same))
            same.Add(function);
        else
            _byPath.Add(path, [function]);
    }
}
