using System.ComponentModel.DataAnnotations;
using TaskApi.Engine.Configuration;

namespace TaskApi.AspNetCore.Http.Routing;

/// <summary>The <c>Http</c> section of the configuration: where clients find the service.</summary>
internal sealed class HttpOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Http";

    /// <summary>The longest path: characters.</summary>
    public const int MaxPathLength = 256;

    // No path that is the service's own: nobody could tell whether it is still to be taken off.
    /// <summary>A path, or none. Dots alone are no segment.</summary>
    public const string PathPattern = @"(?!/(?i:tasks|schedules|queues|work|health|metrics|swagger|js|css)(/|$))(/(?!\.{1,2}(/|$))[A-Za-z0-9._~-]+)*/?";

    /// <summary>The path under which a proxy has the service, such as <c>/taskapi</c>: up to 256 characters; empty for none.</summary>
    [Setting("the path under which a proxy has the service, such as /taskapi", Unit = "path")]
    [StringLength(MaxPathLength)]
    [RegularExpression(PathPattern, ErrorMessage = "{0} must be a path such as /taskapi: segments of letters, digits and ._~- after slashes, and none of the service's own paths.")]
    public string PathBase { get; set; } = "";
}
