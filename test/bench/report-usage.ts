// Loaded before a measured process's own code (node --import): tells its parent what it has used, when asked.
export interface Usage {
  cpuMs: number;
  rssBytes: number;
}

process.on('message', () => {
  const { user, system } = process.cpuUsage();
  const usage: Usage = { cpuMs: (user + system) / 1_000, rssBytes: process.memoryUsage.rss() };
  process.send!(usage);
});
process.on('disconnect', () => process.exit(0));
