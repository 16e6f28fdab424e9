namespace TaskApi.Rules;

/// <summary>The types of task that are none, or have a meaning of their own. How types are named: <see cref="FieldRules.Type"/>.</summary>
internal static class WorkTypes
{
    /// <summary>What is no type: a task with a message has none.</summary>
    public const string Message = "message";

    /// <summary>Calls a URL.</summary>
    public const string Http = "http";

    /// <summary>Waits for other tasks.</summary>
    public const string Gather = "gather";

    /// <summary>Has no coroutine: somebody sets its result.</summary>
    public const string Future = "future";

    /// <summary>True for the types that the service runs itself.</summary>
    public static bool IsBuiltIn(string type) => type is Http or Gather or Future;

    /// <summary>True for what runs from its creation on: no coroutine, no queue, no worker.</summary>
    public static bool RunsAtOnce(string type) => type is Gather or Future;

    /// <summary>Refuses such a type to a handler: nobody would be shown the token of a future, and a handler gathers its children itself.</summary>
    /// <exception cref="InvalidOperationException">It is one.</exception>
    public static void CheckOfChild(string type)
    {
        if (RunsAtOnce(type)) throw new InvalidOperationException($"The task can't be created: the type '{type}' is TaskApi's own.");
    }

    /// <summary>True for what is created with a token, by which whoever has it ends it: of all others that run nobody but the service ends, or who has taken them.</summary>
    public static bool ShowsToken(string type) => type is Future;

    /// <summary>True for what can be a type.</summary>
    public static bool IsName(string text) => text != Message && FieldRules.Type.Allows(text);
}
