namespace TaskApi;

/// <summary>
/// Names this program where a type of it is asked for, as by <c>WebApplicationFactory&lt;TaskApiService&gt;</c> in a test. Its <c>Program</c>
/// is internal, so that nobody who has one of his own is asked which is meant.
/// </summary>
public abstract class TaskApiService
{
    private protected TaskApiService()
    {
    }
}
