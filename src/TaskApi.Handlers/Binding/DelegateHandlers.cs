using System.Diagnostics.CodeAnalysis;
using System.Linq.Expressions;
using System.Reflection;
using System.Text.Json.Serialization.Metadata;

namespace TaskApi.Handlers.Binding;

/// <summary>
/// Takes handlers apart that are lambdas or methods, and compiles what calls them: once, at their registration. A <see cref="TaskContext"/> and a
/// <see cref="CancellationToken"/> are the attempt's; the first other parameter is the input; further ones are services.
/// </summary>
[RequiresUnreferencedCode(HandlerRegistration.Reason)]
[RequiresDynamicCode(HandlerRegistration.Reason)]
internal static class DelegateHandlers
{
    private static readonly ParameterExpression _instance = Expression.Parameter(typeof(object), "instance");
    private static readonly ParameterExpression _input = Expression.Parameter(typeof(object), "input");
    private static readonly ParameterExpression _services = Expression.Parameter(typeof(IServiceProvider), "services");
    private static readonly ParameterExpression _context = Expression.Parameter(typeof(TaskContext), "context");
    private static readonly ParameterExpression _token = Expression.Parameter(typeof(CancellationToken), "cancellationToken");

    /// <summary>Finds out what a lambda does.</summary>
    /// <exception cref="ArgumentException">It can't be called; the message says why.</exception>
    public static HandlerParts Read(Delegate handler, HandlerJson json)
    {
        ParameterInfo? input = null;
        var arguments = new List<Expression>();
        foreach (var parameter in handler.Method.GetParameters().SkipWhile(parameter => IsBound(handler, parameter)))
        {
            var type = parameter.ParameterType;
            if (type.IsByRef || type.IsByRefLike)
                throw new ArgumentException($"The handler takes '{parameter.Name}' by reference. Its parameters are its input, a TaskContext, a CancellationToken and services.", nameof(handler));
            if (type == typeof(TaskContext))
                arguments.Add(_context);
            else if (type == typeof(CancellationToken))
                arguments.Add(_token);
            else if (input is null)
                arguments.Add(Expression.Convert(_input, (input = parameter).ParameterType));
            else
                arguments.Add(Expression.Call(typeof(ServiceProviderServiceExtensions), nameof(ServiceProviderServiceExtensions.GetRequiredService), [type], _services));
        }

        var call = Expression.Invoke(Expression.Constant(handler), arguments);
        var body = ToResult(call, json);
        var compiled = Expression.Lambda<HandlerCall>(body, _instance, _input, _services, _context, _token).Compile();
        var binder = input is null ? InputBinder.None : (InputBinder)Generic(nameof(Binder), input.ParameterType, json, Nullability.Takes(input));
        return new HandlerParts(json, binder, compiled, Class: null, NeedsScope: arguments.Exists(static argument => argument is MethodCallExpression));
    }

    // What a delegate of a static method has closed over is a parameter of that method.
    private static bool IsBound(Delegate handler, ParameterInfo parameter) =>
        handler.Method.IsStatic && handler.Target is not null && parameter.Position == 0
        && handler.Method.GetParameters().Length > handler.GetType().GetMethod("Invoke")!.GetParameters().Length;

    private static Expression ToResult(InvocationExpression call, HandlerJson json)
    {
        var type = call.Type;
        if (type == typeof(void))
            return Expression.Block(call, Result(nameof(HandlerResult.OfNothing)));
        if (type == typeof(ValueTask))
            return Result(nameof(HandlerResult.OfValueTask), call);
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Task<>))
            return WithValue(nameof(HandlerResult.OfTaskWithValue), type.GetGenericArguments()[0], call, json);
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueTask<>))
            return WithValue(nameof(HandlerResult.OfValueTaskWithValue), type.GetGenericArguments()[0], call, json);
        return typeof(Task).IsAssignableFrom(type)
            ? Result(nameof(HandlerResult.OfTask), call)
            : WithValue(nameof(HandlerResult.OfValue), type, call, json);
    }

    private static MethodCallExpression Result(string method, params Expression[] arguments) => Expression.Call(typeof(HandlerResult), method, [], arguments);

    private static MethodCallExpression WithValue(string method, Type value, Expression call, HandlerJson json) =>
        Expression.Call(typeof(HandlerResult), method, [value], call, Expression.Constant(Generic(nameof(TypeInfo), value, json)));

    private static object Generic(string method, Type type, params object?[] arguments) =>
        ClassHandlers.Invoke(typeof(DelegateHandlers).GetMethod(method, BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(type), arguments);

    private static InputBinder<T> Binder<T>(HandlerJson json, bool takesNull) => new InputBinder<T>(json.Of<T>(), takesNull);

    private static JsonTypeInfo<T> TypeInfo<T>(HandlerJson json) => json.Of<T>();
}
