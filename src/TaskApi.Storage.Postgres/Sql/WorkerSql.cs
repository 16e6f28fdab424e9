namespace TaskApi.Storage.Postgres.Sql;

/// <summary>Who has called any of the nodes for work.</summary>
internal static class WorkerSql
{
    /// <summary>Writes down that workers have called: $1 the owners, $2 the workers, $3 their queues, null for the ones before, $4 when. In their order, so that no two transactions wait for each other.</summary>
    public const string Save = """
        INSERT INTO workers AS known (owner, worker, queues, seen) SELECT owner, worker, queues, seen FROM unnest($1, $2, $3, $4) AS new (owner, worker, queues, seen)
        ON CONFLICT (owner, worker) DO UPDATE SET queues = coalesce(excluded.queues, known.queues), seen = greatest(known.seen, excluded.seen)
        """;

    /// <summary>Forgets those that have been silent since $1, but for what others are just writing down.</summary>
    public const string Forget = """
        DELETE FROM workers USING (SELECT owner, worker FROM workers WHERE seen < $1 FOR UPDATE SKIP LOCKED) AS silent
        WHERE workers.owner = silent.owner AND workers.worker = silent.worker
        """;

    /// <summary>The workers of an owner: those that called last, if they are too many.</summary>
    public const string List = """
        SELECT named.worker, named.queues, named.seen, coalesce(runs.attempts, 0) FROM (
          SELECT worker, queues, seen FROM workers WHERE owner = @owner AND seen >= @since ORDER BY seen DESC LIMIT 1000) AS named
        LEFT JOIN (
          SELECT coalesce(beats.worker, work.worker) AS worker, count(*) AS attempts FROM work LEFT JOIN beats ON beats.id = work.beat
          WHERE work.running = 1 AND work.owner = @owner AND work.lease_ms IS NOT NULL GROUP BY 1) AS runs ON runs.worker = named.worker
        """;
}
