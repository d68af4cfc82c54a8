/** What a subscriber can let a partner do. */
export const PARTNER_SCOPES = [
  'line:read',
  'services:read',
  'services:write',
  'tariff:read',
  'tariff:write',
  'spending:read',
] as const;

export type PartnerScope = (typeof PARTNER_SCOPES)[number];

/** Those of the texts that name a scope, each once, in the order in which people read them. */
export const scopesIn = (texts: readonly string[]): PartnerScope[] =>
  PARTNER_SCOPES.filter((scope) => texts.includes(scope));
