import type { ClientMetadata } from 'oidc-provider';
import type { JWK } from 'jose';
import { z } from 'zod';
import type { Partner, Prisma } from '../generated/prisma/client.ts';
import type { App } from '../ports/app.ts';
import { PlainError } from '../ports/plain-error.ts';
import type { RegisteredDocuments } from './documents.ts';
import { grantsTopic } from './grants.ts';
import { PARTNER_SCOPES } from './scopes.ts';

/** A private key has parts that nobody but the partner may know (RFC 7518, 6.2.2 and 6.3.2; RFC 8037, 2). */
const publicKey = z
  .looseObject({ kty: z.enum(['EC', 'OKP', 'RSA']), kid: z.string().min(1) })
  .refine(
    (key) => !['d', 'p', 'q', 'k'].some((part) => part in key),
    'a public key is needed, not a private one',
  );

/** Codes travel over no open line, but for a developer's own machine (RFC 9700, 2.6; RFC 8252, 7.3). */
const isSafe = (uri: string): boolean => {
  const url = URL.parse(uri);
  if (!url || url.hash || url.username) return false;
  return (
    url.protocol === 'https:' ||
    (url.protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname))
  );
};

/** The form of a partner's id. */
export const PARTNER_ID = /^[a-z][a-z0-9-]{1,39}$/;

const keySet = z.object({ keys: z.array(publicKey).min(1) });

const registration = z.strictObject({
  id: z.string().regex(PARTNER_ID, 'small letters, digits and dashes, beginning with a letter'),
  name: z.string().trim().min(1).max(60),
  scopes: z.array(z.enum(PARTNER_SCOPES)).min(1),
  redirectUris: z.array(z.string().refine(isSafe, 'https, or http on the own machine, is needed')).min(1),
  jwks: keySet,
  operations: z.array(z.string()),
});
export type PartnerRegistration = z.infer<typeof registration>;

/** What was said of a partner cannot be taken. */
export class BadPartner extends PlainError {}

type Parts = Pick<App, 'db' | 'clock'>;

/**
 * Registers a partner under a client id of its own. `operations`: the names of the documents that it may run, each as
 * far as its scopes go.
 * @throws BadPartner with all that is wrong
 */
export async function addPartner(
  { db, clock }: Parts,
  documents: RegisteredDocuments,
  given: PartnerRegistration,
): Promise<void> {
  const { jwks, ...partner } = checked(registration, given);
  refuseUnknown(documents, partner.operations);
  const data = { ...partner, jwks: jwks as Prisma.InputJsonObject, createdAt: clock.now() };
  const { count } = await db.partner.createMany({ data, skipDuplicates: true });
  if (!count) throw new BadPartner(`There is, or was, a partner ${partner.id} already`);
}

/** @throws BadPartner with all that is wrong */
function checked<Form extends z.ZodType>(form: Form, given: unknown): z.output<Form> {
  const parsed = form.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new BadPartner(
    parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n'),
  );
}

/** Gives a partner other keys; with one that is left out it can prove itself no longer. @throws BadPartner */
export async function setKeys({ db }: Pick<App, 'db'>, id: string, given: unknown): Promise<void> {
  const jwks = checked(keySet, given) as Prisma.InputJsonObject;
  const { count } = await db.partner.updateMany({ where: { id, removedAt: null }, data: { jwks } });
  if (!count) throw new BadPartner(`There is no partner ${id}`);
}

/** Says anew which documents a partner may run; one that is left out is refused from the next request on. */
export async function setOperations(
  { db }: Pick<App, 'db'>,
  documents: RegisteredDocuments,
  id: string,
  operations: string[],
): Promise<void> {
  refuseUnknown(documents, operations);
  const { count } = await db.partner.updateMany({ where: { id, removedAt: null }, data: { operations } });
  if (!count) throw new BadPartner(`There is no partner ${id}`);
}

/** Removes a partner: its tokens and everybody's leave for it are over from the next request on, and what it has open closes. */
export async function removePartner(
  { db, clock, wakeUps }: Parts & Pick<App, 'wakeUps'>,
  id: string,
): Promise<void> {
  const now = clock.now();
  await db.$transaction(async (tx) => {
    const { count } = await tx.partner.updateMany({
      where: { id, removedAt: null },
      data: { removedAt: now },
    });
    if (!count) throw new BadPartner(`There is no partner ${id}`);
    const ended = await tx.partnerGrant.updateManyAndReturn({
      where: { partnerId: id, endedAt: null },
      data: { endedAt: now },
      select: { subscriberId: true },
    });
    await wakeUps.notifyEach(
      tx,
      ended.map(({ subscriberId }) => grantsTopic(subscriberId)),
    );
  });
}

function refuseUnknown(documents: RegisteredDocuments, operations: readonly string[]): void {
  const unknown = operations.filter((name) => !documents.names.has(name));
  if (unknown.length) throw new BadPartner(`No such documents: ${unknown.join(', ')}`);
}

/** A partner as the authorization server knows its clients (OpenID Connect Dynamic Client Registration 1.0, 2). */
export const clientOf = ({ id, name, scopes, redirectUris, jwks }: Partner): ClientMetadata => ({
  client_id: id,
  client_name: name,
  application_type: redirectUris.every((uri) => uri.startsWith('https:')) ? 'web' : 'native',
  redirect_uris: redirectUris,
  scope: scopes.join(' '),
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'private_key_jwt',
  id_token_signed_response_alg: 'EdDSA',
  jwks: jwks as unknown as { keys: JWK[] },
});
