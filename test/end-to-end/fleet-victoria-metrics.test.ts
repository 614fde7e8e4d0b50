import { startVictoriaMetrics } from '../history/prometheus/victoria-metrics-server.ts';
import { describeFleetIn } from './fleet-in-store.ts';

describeFleetIn('victoria-metrics', startVictoriaMetrics);
