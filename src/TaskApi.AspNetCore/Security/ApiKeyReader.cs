using TaskApi.AspNetCore.Http.Callers;

namespace TaskApi.AspNetCore.Security;

/// <summary>
/// Finds out whose key a call brings. Not by the framework's authentication, of which a program has one: its schemes, its default and its policies
/// are those of the program that TaskApi is part of.
/// </summary>
internal sealed class ApiKeyReader(RequestDelegate next, ApiKeys keys)
{
    /// <summary>Calls the rest of the pipeline, with the caller that the key is for, or none.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        if (PresentedKey.TryRead(context.Request.Headers, out var key) && keys.Find(key) is { } holder)
        {
            context.User = holder.Caller;
            if (holder.IsReadOnly)
                ReadOnlyCaller.Mark(context, isReadOnly: true);
        }

        return next(context);
    }
}
