namespace TaskApi.Engine.Model;

/// <summary>Where tasks are kept.</summary>
internal enum StorageKind
{
    /// <summary>In this process's memory: they end with it.</summary>
    Memory,

    /// <summary>In an SQLite database on this machine: what has been acknowledged outlives the process and the machine's power.</summary>
    Sqlite,

    /// <summary>In a PostgreSQL database, which any number of processes like this one share.</summary>
    Postgres,
}
