using TaskApi;

namespace Embedded.Worker;

/// <summary>The handlers of this worker. A builder of either kind takes them: they might as well run in the shop itself.</summary>
public static class ImageHandlers
{
    public static TaskHandlersBuilder AddImageHandlers(this TaskHandlersBuilder builder) =>
        builder.AddHandler("resize", Resize.Run, options => options.OnThreads = true);
}
