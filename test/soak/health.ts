// Loaded before the product's own code (node --import): tells its parent how the process fares, when asked.
import { monitorEventLoopDelay } from 'node:perf_hooks';

export interface Health {
  rssBytes: number;
  /** Of the heap, once what nobody needs is swept away. */
  heapBytes: number;
  /** What JavaScript's heap has of the system, the part that is free among it. */
  heapSpaceBytes: number;
  /** Of buffers, outside of the heap. */
  externalBytes: number;
  /** How late the event loop was since the last look. */
  lagP99Ms: number;
  lagMaxMs: number;
  cpuMs: number;
}

const RESOLUTION_MS = 10;
const lag = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
lag.enable();

/** The histogram holds times between two looks, not how late the second was. */
const lateMs = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);

process.on('message', () => {
  const [lagP99Ms, lagMaxMs] = [lateMs(lag.percentile(99)), lateMs(lag.max)];
  globalThis.gc?.();
  lag.reset();
  const { rss, heapUsed, heapTotal, external } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  const health: Health = {
    rssBytes: rss,
    heapBytes: heapUsed,
    heapSpaceBytes: heapTotal,
    externalBytes: external,
    lagP99Ms,
    lagMaxMs,
    cpuMs: (user + system) / 1_000,
  };
  process.send!(health);
});
process.on('disconnect', () => process.exit(0));
