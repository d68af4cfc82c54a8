interface Brands {
  brands: { brand: string }[];
  platform: string;
}

const BROWSERS: [RegExp, string][] = [
  [/YaBrowser/, 'Yandex Browser'],
  [/EdgA?\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/Firefox|FxiOS/, 'Firefox'],
  [/Chrome|CriOS/, 'Chrome'],
  [/Safari/, 'Safari'],
];
const SYSTEMS: [RegExp, string][] = [
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/Linux/, 'Linux'],
];

const first = (known: [RegExp, string][], text: string): string | undefined =>
  known.find(([pattern]) => pattern.test(text))?.[1];

/** What the list of sessions calls this browser: “Chrome, Android”. */
export function clientName(): string {
  const { userAgent, userAgentData } = navigator as Navigator & { userAgentData?: Brands };
  const system = userAgentData?.platform || first(SYSTEMS, userAgent);
  return [first(BROWSERS, userAgent), system].filter(Boolean).join(', ');
}
