using Microsoft.Extensions.Options;

namespace TaskApi.Engine.Configuration;

/// <summary>Nothing is bound to it: what is validated with it is the configuration as a whole, before anything of it is used.</summary>
internal sealed class StartSettings
{
    /// <summary>The outcome of a check that has found these faults.</summary>
    public static ValidateOptionsResult Result(IReadOnlyCollection<string> faults) => faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
}
