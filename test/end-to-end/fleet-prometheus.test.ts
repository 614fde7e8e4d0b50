import { startPrometheus } from '../metrics/prometheus-server.ts';
import { describeFleetIn } from './fleet-in-store.ts';

describeFleetIn('prometheus', startPrometheus);
