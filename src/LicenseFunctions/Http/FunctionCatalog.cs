using System.Reflection;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Http;

/// <summary>One HTTP function, as its attributes describe it.</summary>
public sealed class HttpFunction
{
    private readonly ParameterInfo[] _parameters;
    private readonly MethodInvoker _invoker;
    private readonly TemplateMatcher _matcher;
    private readonly MethodInfo _method;
    private object? _instance;
    private Func<HttpRequest, CancellationToken, Task<IResult>>? _direct;

    public HttpFunction(string name, HttpTriggerAttribute trigger, MethodInfo method)
    {
        (Name, Methods, Route, Type) = (name, trigger.Methods, trigger.Route ?? name, method.DeclaringType!);
        _method = method;
        _parameters = method.GetParameters();
        _invoker = MethodInvoker.Create(method);
        _matcher = new TemplateMatcher(TemplateParser.Parse(Route), []);
    }

    public string Name { get; }

    public IReadOnlyList<string> Methods { get; }

    /// <summary>The route below the prefix of host.json.</summary>
    public string Route { get; }

    public Type Type { get; }

    public bool Takes(string method)
    {
        for (var i = 0; i < Methods.Count; i++)
        {
            if (HttpMethods.Equals(Methods[i], method))
                return true;
        }

        return false;
    }

    public bool Matches(PathString path, RouteValueDictionary values) => _matcher.TryMatch(path, values);

    /// <summary>Runs the function; parameters that are neither the request nor the token come from the route.</summary>
    public Task<IResult> InvokeAsync(HttpContext context)
    {
        // Most take these two and nothing of their route: they need no list of arguments for each request.
        if (_direct is { } direct)
            return direct(context.Request, context.RequestAborted);
        // The functions keep no state, so one instance serves every request.
        _instance ??= ActivatorUtilities.CreateInstance(context.RequestServices, Type);
        if (_parameters is [var request, var cancel] && request.ParameterType == typeof(HttpRequest) && cancel.ParameterType == typeof(CancellationToken))
            return (_direct = _method.CreateDelegate<Func<HttpRequest, CancellationToken, Task<IResult>>>(_instance))(context.Request, context.RequestAborted);
        var arguments = new object?[_parameters.Length];
        for (var i = 0; i < arguments.Length; i++)
        {
            arguments[i] = _parameters[i].ParameterType == typeof(HttpRequest) ? context.Request
                : _parameters[i].ParameterType == typeof(CancellationToken) ? context.RequestAborted
                : context.Request.RouteValues[_parameters[i].Name!]?.ToString();
        }

        return (Task<IResult>)_invoker.Invoke(_instance, arguments.AsSpan())!;
    }
}

/// <summary>Every HTTP function of this assembly. What the Functions host reads from their attributes, the self-host does too.</summary>
public sealed class FunctionCatalog
{
    public IReadOnlyList<HttpFunction> All { get; } = [.. Read()];

    /// <summary>The function that serves a method and path; null when there is none.</summary>
    public HttpFunction? Find(string method, PathString path, RouteValueDictionary values)
    {
        foreach (var function in All)
        {
            if (function.Takes(method) && function.Matches(path, values))
                return function;
            values.Clear();
        }

        return null;
    }

    /// <summary>The functions of this assembly that have a trigger of a kind: their name, the trigger, their method.</summary>
    public static IEnumerable<(string Name, TTrigger Trigger, MethodInfo Method)> Triggered<TTrigger>()
        where TTrigger : Attribute =>
        from type in typeof(FunctionCatalog).Assembly.GetExportedTypes()
        from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
        let function = method.GetCustomAttribute<FunctionAttribute>()
        where function is not null
        let trigger = method.GetParameters().Select(each => each.GetCustomAttribute<TTrigger>()).FirstOrDefault(each => each is not null)
        where trigger is not null
        select (function.Name, trigger, method);

    private static IEnumerable<HttpFunction> Read() =>
        Triggered<HttpTriggerAttribute>().Select(found => new HttpFunction(found.Name, found.Trigger, found.Method));
}
