import { describeStoredPastIn } from './stored-past-in-store.ts';
import { startVictoriaMetrics } from './victoria-metrics-server.ts';

describeStoredPastIn(['victoria-metrics'], async (openMetrics) => {
  const store = await startVictoriaMetrics('');
  // Unlike OpenMetrics its importer takes milliseconds.
  const body = openMetrics.replaceAll(/ (\d+)$/gm, ' $1000');
  const imported = await fetch(`${store.url}/api/v1/import/prometheus`, { method: 'POST', body });
  if (!imported.ok) throw new Error(`VictoriaMetrics refuses the samples: ${imported.status}`);
  // What was taken in is answered once it has been flushed.
  await fetch(`${store.url}/internal/force_flush`);
  return store;
});
