const PATHS = {
  assistant: 'M4 20a16 16 0 0 1 16-16M10 20a10 10 0 0 1 10-10M18.5 17.5a1.5 1.5 0 1 0 .01 0',
  services: 'M8 4h8a4 4 0 0 1 0 8H8a4 4 0 0 1 0-8ZM8 8h.01M8 12h8a4 4 0 0 1 0 8H8a4 4 0 0 1 0-8M16 16h.01',
  costs: 'M4 20h16M7 20v-6M12 20V5M17 20v-9',
  tariff: 'M6 3h8l4 4v14H6ZM9 12h6v6H9ZM9 15h6',
  statement: 'M6 3h9l4 4v14H6ZM9 12h7M9 16h7M9 8h3',
  password: 'M14.5 9.5a4.5 4.5 0 1 0-3.2 4.3L13 15.5h2V18h2.5v2.5H21V17l-6.7-6.7ZM9 8.5h.01',
  sessions: 'M4 5h12v9H4ZM2 18h10M16 9h5v11h-6v-6',
  exit: 'M10 4H5v16h5M14 8l4 4-4 4M18 12H9',
  search: 'M11 4a7 7 0 1 0 .01 0M16.5 16.5 21 21',
  check: 'M5 12.5 10 17.5 19.5 7',
  alert: 'M12 3.5 22 20.5H2ZM12 10v5M12 17.8h.01',
  info: 'M12 3a9 9 0 1 0 .01 0M12 11v5.5M12 7.5h.01',
  phone:
    'M8 2h8a1.5 1.5 0 0 1 1.5 1.5v17A1.5 1.5 0 0 1 16 22H8a1.5 1.5 0 0 1-1.5-1.5v-17A1.5 1.5 0 0 1 8 2ZM11 18.5h2',
  call: 'M6 3h3l2 5-2.5 1.8a12 12 0 0 0 5.7 5.7L16 13l5 2v3a3 3 0 0 1-3 3A15 15 0 0 1 3 6a3 3 0 0 1 3-3',
  download: 'M12 3v12M7 10.5 12 15.5 17 10.5M4 20h16',
  mail: 'M3 5h18v14H3ZM3 6l9 7 9-7',
  link: 'M10 14a4 4 0 0 0 5.7 0l3.5-3.5a4 4 0 0 0-5.7-5.7L12 6.3M14 10a4 4 0 0 0-5.7 0l-3.5 3.5a4 4 0 0 0 5.7 5.7l1.5-1.5',
  reload: 'M20 5v5h-5M19.5 10A8 8 0 1 0 20 14',
  eye: 'M2 12s3.5-6.5 10-6.5S22 12 22 12s-3.5 6.5-10 6.5S2 12 2 12ZM12 9a3 3 0 1 0 .01 0',
  eyeOff: 'M2 12s3.5-6.5 10-6.5S22 12 22 12s-3.5 6.5-10 6.5S2 12 2 12ZM4 4l16 16',
  close: 'M5 5l14 14M19 5 5 19',
  next: 'M9 5l7 7-7 7',
  light:
    'M12 8a4 4 0 1 0 .01 0M12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4M17.6 17.6 19 19M5 19l1.4-1.4M17.6 6.4 19 5',
  dark: 'M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5Z',
  system: 'M3 4h18v12H3ZM9 20h6M12 16v4',
  clock: 'M12 3a9 9 0 1 0 .01 0M12 7v5.5l3.5 2',
  world: 'M12 3a9 9 0 1 0 .01 0M3.5 9h17M3.5 15h17M12 3c-5 5-5 13 0 18 5-5 5-13 0-18',
} as const;

export type IconName = keyof typeof PATHS;

/** A drawing beside words that say the same. */
export const Icon = ({ name, size = 20 }: { name: IconName; size?: number }) => (
  <svg
    viewBox="0 0 24 24"
    width={size}
    height={size}
    fill="none"
    stroke="currentColor"
    strokeWidth="1.8"
    strokeLinecap="round"
    strokeLinejoin="round"
    aria-hidden="true"
    focusable="false"
  >
    <path d={PATHS[name]} />
  </svg>
);
