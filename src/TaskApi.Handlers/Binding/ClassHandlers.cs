using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace TaskApi.Handlers.Binding;

/// <summary>Takes handlers apart that are classes: once, at their registration.</summary>
[RequiresUnreferencedCode(HandlerRegistration.Reason)]
[RequiresDynamicCode(HandlerRegistration.Reason)]
internal static class ClassHandlers
{
    private const BindingFlags Own = BindingFlags.NonPublic | BindingFlags.Static;

    /// <summary>Finds out what a class does.</summary>
    /// <param name="handler">The class.</param>
    /// <param name="isRegistered">True if dependency injection knows how to make it already.</param>
    /// <param name="json">Its JSON.</param>
    /// <exception cref="ArgumentException">It is no handler, or can't be made; the message says which.</exception>
    public static HandlerParts Read(Type handler, bool isRegistered, HandlerJson json)
    {
        var name = handler.Name;
        var contracts = handler.GetInterfaces().Where(IsContract).ToArray();
        if (contracts.Length == 0)
            throw new ArgumentException($"{name} is no handler: it implements neither ITaskHandler<TInput, TResult> nor ITaskHandler<TInput>.", nameof(handler));
        if (contracts.Length > 1)
            throw new ArgumentException($"{name} implements ITaskHandler {contracts.Length} times. A handler runs one type of task: make it {contracts.Length} classes.", nameof(handler));
        if (!isRegistered && (handler.IsAbstract || handler.IsInterface))
            throw new ArgumentException($"{name} can't be made: it is abstract. Register a class, or how to make it, with the services first.", nameof(handler));
        if (!isRegistered && handler.GetConstructors().Length == 0)
            throw new ArgumentException($"{name} can't be made: it has no public constructor. Give it one, or register how to make it with the services first.", nameof(handler));

        var contract = contracts[0];
        var takesNull = handler.IsInterface || Nullability.Takes(handler.GetInterfaceMap(contract).TargetMethods[0].GetParameters()[0]);
        var arguments = contract.GetGenericArguments();
        var read = typeof(ClassHandlers).GetMethod(arguments.Length == 2 ? nameof(ReadWithResult) : nameof(ReadWithoutResult), Own)!;
        return (HandlerParts)Invoke(read.MakeGenericMethod(arguments), handler, json, takesNull);
    }

    /// <summary>Calls a method, and lets what it throws out as it is.</summary>
    public static object Invoke(MethodInfo method, params object?[] arguments) =>
        method.Invoke(obj: null, BindingFlags.DoNotWrapExceptions, binder: null, arguments, culture: null)!;

    private static bool IsContract(Type type) =>
        type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(ITaskHandler<,>) || type.GetGenericTypeDefinition() == typeof(ITaskHandler<>));

    private static HandlerParts ReadWithResult<TInput, TResult>(Type handler, HandlerJson json, bool takesNull)
    {
        var result = json.Of<TResult>();
        return new HandlerParts(
            json,
            new InputBinder<TInput>(json.Of<TInput>(), takesNull),
            (instance, input, _, context, cancellationToken) => HandlerResult.OfTaskWithValue(((ITaskHandler<TInput, TResult>)instance!).RunAsync((TInput)input!, context, cancellationToken), result),
            handler,
            NeedsScope: true);
    }

    private static HandlerParts ReadWithoutResult<TInput>(Type handler, HandlerJson json, bool takesNull) => new(
        json,
        new InputBinder<TInput>(json.Of<TInput>(), takesNull),
        static (instance, input, _, context, cancellationToken) => HandlerResult.OfTask(((ITaskHandler<TInput>)instance!).RunAsync((TInput)input!, context, cancellationToken)),
        handler,
        NeedsScope: true);
}
