using TaskApi.AspNetCore.Http.Problems;
using TaskApi.Engine.Model;

namespace TaskApi.AspNetCore.Api.Contracts;

/// <summary>The rules for what is called when a task is done: those of the input of type <c>http</c>.</summary>
internal static class CallbackRules
{
    /// <summary>What is asked for; null if nothing is, or a rule is broken.</summary>
    public static CallbackSpec? Read(CallbackRequest? request, int maxBytes, FieldPath path, FieldErrors errors)
    {
        if (request is null)
            return null;
        var target = CallbackTarget.Write(request.Url, request.Headers);
        if (CallbackTarget.FaultOf(target, maxBytes) is { } fault)
            errors.Add(path, fault.Field.Length == 0 ? "callback" : $"callback.{fault.Field}", fault.Rule);
        var ends = request.On is { } on ? CallbackSpec.EndsOf(on) : CallbackSpec.AllEnds;
        if (ends == 0)
            errors.Add(path, "callback.on", "must have at least one of completed, failed and cancelled, and nothing else.");
        return errors.IsEmpty ? new CallbackSpec(target, ends) : null;
    }
}
