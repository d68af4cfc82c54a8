// What the machine can do at the most: bare node:http, one prepared statement of plain rows, the catalogue in memory, a
// cache of verified tokens, and JSON put together by hand for exactly these three operations. Not a way to build anything.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose';
import pg from 'pg';
import { Secrets } from '../../src/secrets.ts';
import { accessKeys } from '../../src/sign-in/tokens.ts';

const { DATABASE_URL = '', SECRETS_KEYS = '', STAFF_ISSUER = '' } = process.env;

const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 16 });

interface Service {
  position: number;
  code: string;
  json: { whole: string; listed: string; named: string };
}

const rub = (minor: string | bigint) => `{"amount":"${(Number(minor) / 100).toFixed(2)}","currency":"RUB"}`;
const text = (value: unknown) => JSON.stringify(value);

const services = new Map<string, Service>();
const serviceRows = await pool.query('SELECT * FROM services ORDER BY position, code');
for (const [position, row] of serviceRows.rows.entries()) {
  const [code, name, fee] = [text(row.code), text(row.name.ru), rub(row.recurring_fee)];
  services.set(row.code, {
    position,
    code: row.code,
    json: {
      listed: `{"node":{"status":"ACTIVE","service":{"code":${code},"name":${name},"recurringFee":${fee}}}}`,
      whole: `{"node":{"code":${code},"name":${name},"recurringFee":${fee},"category":"${row.category}"}}`,
      named: `{"node":{"status":"ACTIVE","service":{"name":${name}}}}`,
    },
  });
}
const tariffs = new Map<string, { whole: string; named: string }>();
for (const row of (await pool.query('SELECT * FROM tariffs')).rows)
  tariffs.set(row.code, {
    whole: `{"name":${text(row.name.ru)},"monthlyFee":${rub(row.monthly_fee)}}`,
    named: `{"name":${text(row.name.ru)}}`,
  });

const ACTIVE = `ARRAY(SELECT c.service_code FROM subscriber_services c WHERE c.subscriber_id = s.id AND NOT EXISTS (
  SELECT FROM service_orders o
  WHERE o.subscriber_id = s.id AND o.service_code = c.service_code AND o.finished_at IS NULL)) AS services`;

const ME = {
  name: 'me',
  text: `SELECT s.full_name, s.phone_number, s.balance, s.tariff_code, ${ACTIVE},
    ARRAY(SELECT d.state::text || (extract(epoch FROM d.created_at) * 1000)::bigint FROM detail_orders d
          WHERE d.subscriber_id = s.id ORDER BY d.id DESC LIMIT 3) AS orders
    FROM subscribers s JOIN sessions n ON n.subscriber_id = s.id
    WHERE s.id = $1 AND n.id = $2 AND n.ended_at IS NULL AND n.expires_at > now() AND n.created_at > now() - interval '90 days'`,
};
const LINES = {
  name: 'lines',
  text: `SELECT s.full_name, s.tariff_code, ${ACTIVE} FROM subscribers s ORDER BY s.id LIMIT 50`,
};

const active = (codes: string[], first: number) =>
  codes
    .map((code) => services.get(code)!)
    .toSorted((a, b) => a.position - b.position)
    .slice(0, first);

async function dashboard({ sub, sid }: JWTPayload): Promise<string> {
  const { rows } = await pool.query({ ...ME, values: [sub, sid] });
  const [line] = rows;
  if (!line) throw new Error('The session has ended');
  const edges = active(line.services, 10).map(({ json }) => json.listed);
  const orders = (line.orders as string[]).map((order) => {
    const [, state, at] = /^(\D+)(\d+)$/.exec(order)!;
    return `{"node":{"state":"${state}","createdAt":"${new Date(Number(at)).toISOString()}"}}`;
  });
  return `{"data":{"me":{"fullName":${text(line.full_name)},"phoneNumber":"${line.phone_number}","balance":${rub(line.balance)},"tariff":${tariffs.get(line.tariff_code)!.whole},"services":{"edges":[${edges.join()}]},"detailOrders":{"edges":[${orders.join()}]}}}}`;
}

function catalogue(): string {
  const page = [...services.values()].slice(0, 100);
  const endCursor = Buffer.from(`k:${page.at(-1)!.code}`).toString('base64url');
  return `{"data":{"services":{"edges":[${page.map(({ json }) => json.whole).join()}],"pageInfo":{"hasNextPage":${services.size > 100},"endCursor":"${endCursor}"}}}}`;
}

async function staffList(): Promise<string> {
  const { rows } = await pool.query(LINES);
  const edges = rows.map((line) => {
    const of = active(line.services, 5).map(({ json }) => json.named);
    return `{"node":{"fullName":${text(line.full_name)},"tariff":${tariffs.get(line.tariff_code)!.named},"services":{"edges":[${of.join()}]}}}`;
  });
  return `{"data":{"subscribers":{"edges":[${edges.join()}]}}}`;
}

const [key] = await accessKeys(new Secrets(SECRETS_KEYS.split(',')));
const staffKeys = createRemoteJWKSet(new URL(`${STAFF_ISSUER}/keys`));
const verified = new Map<string, JWTPayload>();

async function claimsOf({ headers }: IncomingMessage): Promise<JWTPayload> {
  const token = headers.authorization!.slice('Bearer '.length);
  let claims = verified.get(token);
  if (!claims || claims.exp! * 1_000 < Date.now()) {
    const isStaff = (JSON.parse(atob(token.split('.')[1]!)) as JWTPayload).iss === STAFF_ISSUER;
    ({ payload: claims } = await (isStaff ? jwtVerify(token, staffKeys) : jwtVerify(token, key!.publicKey)));
    verified.set(token, claims);
  }
  return claims;
}

const answers: Record<string, (claims: JWTPayload) => Promise<string> | string> = {
  W1: dashboard,
  W2: catalogue,
  W3: staffList,
};

const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  const { operationName } = JSON.parse(body) as { operationName: string };
  const answer = await answers[operationName]!(await claimsOf(request));
  response.writeHead(200, { 'content-type': 'application/json' }).end(answer);
});
server.listen(0, '127.0.0.1', () =>
  process.stdout.write(`The ceiling is ready: http://127.0.0.1:${(server.address() as AddressInfo).port}/\n`),
);
process.on('SIGTERM', () => process.exit(0));
