import { readFile } from 'node:fs/promises';
import { parseEnv } from 'node:util';
import { expect, test } from 'vitest';
import { BadSettings, readConfig } from '../src/config.ts';
import { settings as known } from '../src/settings.ts';

test('.env.example names every setting, with its default', async () => {
  const example = parseEnv(await readFile(new URL('../.env.example', import.meta.url), 'utf8'));
  const { NODE_ENV: _env, ...defaults } = readConfig({});
  expect(readConfig(example)).toEqual(defaults);
  const source = await readFile(new URL('../src/settings.ts', import.meta.url), 'utf8');
  const settings = [...source.matchAll(/^ {2}([A-Z0-9_]+): /gm)].map(([, name]) => name);
  expect(new Set(Object.keys(example))).toEqual(new Set(settings));
});

test('the developer tools are on by themselves only where nobody else can reach them', () => {
  const key = 'k'.repeat(32);
  const server = { DATABASE_URL: 'postgresql://localhost/x', SECRETS_KEYS: key };
  expect(readConfig({}).DEV_TOOLS).toBe(true);
  expect(readConfig({ HOST: '::1' }).DEV_TOOLS).toBe(true);
  expect(readConfig({ HOST: '0.0.0.0' }).DEV_TOOLS).toBe(false);
  expect(readConfig({ NODE_ENV: 'production' }).DEV_TOOLS).toBe(false);
  expect(readConfig(server).DEV_TOOLS).toBe(false);
  expect(readConfig({ ...server, DEV_TOOLS: 'on' }).DEV_TOOLS).toBe(true);
  expect(() => readConfig({ NODE_ENV: 'production', DEV_TOOLS: 'on' })).toThrow(BadSettings);
});

const TOKENS = {
  PROVISIONING_URL: 'https://network.example/tmf-api/serviceOrdering/v4',
  PROVISIONING_TOKEN_URL: 'https://network.example/oauth/token',
  PROVISIONING_CLIENT_ID: 'internet-assistant',
  PROVISIONING_CLIENT_SECRET: 'secret',
};

test.each([
  [{ PORT: '70000' }, 'PORT: at most 65535'],
  [{ PORT: '' }, undefined],
  [{ SECRETS_KEYS: 'short' }, 'SECRETS_KEYS: each key, divided by commas, needs 32 characters or more'],
  [{ DATABASE_URL: 'mysql://x' }, 'DATABASE_URL: a postgresql:// URL is needed'],
  [{ DATABASE_URL: 'postgresql://localhost/x' }, 'SECRETS_KEYS: needed with DATABASE_URL'],
  [{ PUBLIC_URL: 'my.operator.ru' }, 'PUBLIC_URL: an http(s) URL is needed'],
  [{ SUPPORT_PHONE: '0890' }, 'SUPPORT_PHONE: a number in E.164 is needed'],
  [{ SMS_URL: 'smpp://x:y@z' }, undefined],
  [{ SMS_URL: 'smsc' }, 'SMS_URL: dev: or smpp://'],
  [{ MAIL_URL: 'smtp://x:y@z:587', MAIL_FROM: 'Оператор <no-reply@z.ru>' }, undefined],
  [{ MAIL_URL: 'smtps://z' }, 'MAIL_FROM: needed with MAIL_URL'],
  [{ MAIL_URL: 'z:25' }, 'MAIL_URL: dev:, or smtp://'],
  [{ MAIL_URL: 'smtp:z' }, 'MAIL_URL: dev:, or smtp://'],
  [{ MAIL_FROM: 'Оператор' }, 'MAIL_FROM: an address, or Name <address>, is needed'],
  [{ MAIL_FROM: 'a@b.ru\r\nBcc: <c@d.ru>' }, 'MAIL_FROM: an address, or Name <address>, is needed'],
  [{ FILES_URL: 'file:///var/files' }, undefined],
  [{ FILES_URL: 's3://key:s%2Fecret@s3.example:9000/statements?region=eu-central-1&tls=off' }, undefined],
  [{ FILES_URL: 'file://host/path' }, 'FILES_URL: file:, file:///path, or s3://'],
  [{ FILES_URL: 's3://s3.example/statements' }, 'FILES_URL: file:, file:///path, or s3://'],
  [{ FILES_URL: 's3://key:secret@s3.example/' }, 'FILES_URL: file:, file:///path, or s3://'],
  [{ FILES_URL: 's3://key:secret@s3.example/a?ssl=no' }, 'FILES_URL: file:, file:///path, or s3://'],
  [{ PROVISIONING_URL: 'https://network.example/tmf-api/serviceOrdering/v4' }, undefined],
  [{ PROVISIONING_URL: 'network.example' }, 'PROVISIONING_URL: sim: or the http(s) base'],
  [{ PROVISIONING_URL: 'https://user:word@network.example' }, 'PROVISIONING_URL: sim: or the http(s) base'],
  [{ PROVISIONING_URL: 'https://network.example?x=1' }, 'PROVISIONING_URL: sim: or the http(s) base'],
  [{ ...TOKENS }, undefined],
  [{ ...TOKENS, PROVISIONING_URL: '' }, 'PROVISIONING_TOKEN_URL: only with an http(s) PROVISIONING_URL'],
  [{ ...TOKENS, PROVISIONING_TOKEN_URL: 'x' }, 'PROVISIONING_TOKEN_URL: an http(s) URL is needed'],
  [{ ...TOKENS, PROVISIONING_TOKEN_URL: '' }, 'PROVISIONING_TOKEN_URL: needed with PROVISIONING_CLIENT_ID'],
  [{ ...TOKENS, PROVISIONING_CLIENT_ID: '' }, 'PROVISIONING_CLIENT_ID: needed with PROVISIONING_TOKEN_URL'],
  [{ ...TOKENS, PROVISIONING_CLIENT_SECRET: '' }, 'PROVISIONING_CLIENT_SECRET: needed with'],
  [{ ...TOKENS, NODE_ENV: 'production' }, undefined],
  [
    { ...TOKENS, NODE_ENV: 'production', PROVISIONING_URL: 'http://network.example/v4' },
    'PROVISIONING_URL: with tokens, https is needed',
  ],
  [{ ...TOKENS, NODE_ENV: 'production', PROVISIONING_URL: 'http://[::1]:8080/v4' }, undefined],
  [
    { ...TOKENS, NODE_ENV: 'production', PROVISIONING_TOKEN_URL: 'http://network.example/token' },
    'PROVISIONING_TOKEN_URL: with tokens, https is needed',
  ],
  [{ STAFF_ISSUER: 'http://id.example' }, undefined],
  [{ STAFF_ISSUER: 'http://id.example', NODE_ENV: 'production' }, 'STAFF_ISSUER: https is needed'],
  [{ STAFF_ISSUER: 'https://id.example', NODE_ENV: 'production' }, undefined],
  [{ STAFF_ISSUER: 'http://127.0.0.1:8080', NODE_ENV: 'production' }, undefined],
  [{ SESSION_DAYS: '36500', REFRESH_TOKEN_DAYS: '36500', SMS_PASSWORD_MINUTES: '43200' }, undefined],
  [{ SESSION_DAYS: '999999999' }, 'SESSION_DAYS: at most 36500'],
  [{ REFRESH_TOKEN_DAYS: '36501' }, 'REFRESH_TOKEN_DAYS: at most 36500'],
  [{ EVENT_DAYS: '999999999' }, 'EVENT_DAYS: at most 36500'],
  [{ SMS_PASSWORD_MINUTES: '144000' }, 'SMS_PASSWORD_MINUTES: at most 43200'],
  [{ SIM_CHANGE_HOURS: '999999999' }, 'SIM_CHANGE_HOURS: at most 8760'],
  [{ PASSWORD_MIN_LENGTH: '16', PASSWORD_MAX_LENGTH: '16' }, undefined],
  [
    { PASSWORD_MIN_LENGTH: '17', PASSWORD_MAX_LENGTH: '16' },
    'PASSWORD_MIN_LENGTH: at most PASSWORD_MAX_LENGTH',
  ],
  [{ PASSWORD_MIN_LENGTH: '129' }, 'PASSWORD_MIN_LENGTH: at most 128'],
  [{ PASSWORD_MAX_LENGTH: '1025' }, 'PASSWORD_MAX_LENGTH: at most 1024'],
  [{ DETAIL_FEE: '15.00' }, undefined],
  [{ DETAIL_FEE: '15.005' }, 'DETAIL_FEE: an exact amount of RUB is needed'],
  [{ DETAIL_FEE: '15.00', CURRENCY: 'JPY' }, 'DETAIL_FEE: an exact amount of JPY is needed'],
  [{ DETAIL_FEE: '15', CURRENCY: 'JPY' }, undefined],
  [{ METRICS_PORT: '9464', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' }, undefined],
  [{ METRICS_PORT: 'x' }, 'METRICS_PORT: a port is needed'],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' }, 'OTEL_EXPORTER_OTLP_ENDPOINT: the http(s) base'],
  [{ OTEL_TRACES_SAMPLER_ARG: '2' }, 'OTEL_TRACES_SAMPLER_ARG: at most 1'],
  [{ SMS_URL: 'smpp://x:50%25@z' }, undefined],
  [{ SMS_URL: 'smpp://x:50%@z' }, 'SMS_URL: dev: or smpp://'],
  [{ TRUST_PROXY: '2' }, undefined],
  [{ TRUST_PROXY: '10.0.0.0/8, 2001:db8::1, loopback' }, undefined],
  [{ TRUST_PROXY: 'everybody' }, 'TRUST_PROXY: how many proxies stand in front'],
  [{ WEB_ORIGINS: 'https://my.operator.ru,http://localhost:5173' }, undefined],
  [{ WEB_ORIGINS: 'my.operator.ru' }, 'WEB_ORIGINS: origins such as https://my.operator.ru'],
  [{ WEB_ORIGINS: 'https://my.operator.ru/' }, 'WEB_ORIGINS: origins such as https://my.operator.ru'],
])('%j: %s', (settings, fault) => {
  const read = () => readConfig(settings);
  if (fault) expect(read).toThrow(fault);
  else expect(read).not.toThrow();
});

/** Those that are added to dates or that a timer runs for; SMS are counted within ten minutes, not for so many. */
const DURATIONS = Object.keys(known.shape).filter(
  (name) =>
    /_(DAYS|HOURS|MINUTES|MONTHS_BACK)$/.test(name.replace('PER_10_MINUTES', '')) ||
    /^(SOCKET|STUCK|OPERATION|STOP)_.*SECONDS$/.test(name),
);

test.each(DURATIONS)('%s is no longer than dates and timers can be', (name) => {
  expect(() => readConfig({ [name]: '1000000000' })).toThrow(`${name}: at most`);
});
