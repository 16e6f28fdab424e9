using TaskApi.AspNetCore.Http.Routing;
using TaskApi.Engine.Configuration;

namespace TaskApi.WarmingUp;

/// <summary>What the <c>Http</c> section of the configuration says of how the service gets ready for its clients.</summary>
internal sealed class WarmUpOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = HttpOptions.Section;

    /// <summary>Whether the service has all of its code compiled before it says that it is ready.</summary>
    [Setting("whether the code of all calls is compiled before the service says that it is ready, by calls to a copy of the service")]
    public bool WarmUp { get; set; } = true;
}
