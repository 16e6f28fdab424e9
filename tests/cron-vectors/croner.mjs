// Lines of expressions and instants on standard input; for each, the next occurrences as croner sees them, or what it says instead.
import { Cron } from 'croner';
import { createInterface } from 'node:readline';

for await (const line of createInterface({ input: process.stdin })) {
  const [expression, from] = line.split(';');
  try {
    // A day of month together with a day of week: both have to match, as in Cronos.
    const cron = new Cron(expression, { timezone: 'UTC', paused: true, domAndDow: true });
    console.log(cron.nextRuns(6, new Date(from)).map((at) => at.toISOString().slice(0, 19) + 'Z').join(' '));
  } catch (error) {
    console.log(`!${error.message}`);
  }
}
